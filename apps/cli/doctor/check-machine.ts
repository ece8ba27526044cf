import { availableParallelism, freemem, totalmem } from 'node:os';
import { formatBytes } from '../format-quantity.ts';
import { SOFTWARE_VERSION } from '../software-version.ts';
import { fail, ok, warn, type Check, type Finding } from './check.ts';

const OLDEST_NODE = [20, 20] as const;
/** Orchestrator, detector and three servers, with a slide in work. */
const COMFORTABLE_BYTES = 4e9;

/** @example isNodeUsable('20.19.1') // false */
export function isNodeUsable(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
}

function nodeFinding(): Finding {
  const { node } = process.versions;
  if (isNodeUsable(node)) return ok('node', `${node} (${process.platform} ${process.arch})`);
  return fail('node', `${node} is too old`, `Install Node ${OLDEST_NODE.join('.')} or newer: https://nodejs.org`);
}

function memoryFinding(): Finding {
  const text = `${formatBytes(totalmem())}, ${formatBytes(freemem())} free`;
  if (totalmem() >= COMFORTABLE_BYTES) return ok('memory', text);
  return warn('memory', text, `With less than ${formatBytes(COMFORTABLE_BYTES)} large slides may be killed half-way.`);
}

export const checkMachine: Check = async () => [
  ok('h2g', SOFTWARE_VERSION),
  nodeFinding(),
  ok('processors', String(availableParallelism())),
  memoryFinding(),
];
