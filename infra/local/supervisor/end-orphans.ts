import { endProcess, isAlive } from './process-identity.ts';
import type { StackLedger } from './stack-record.ts';

const GRACE_MS = 10_000;

/** Ends what a supervisor that was killed left running: a second server on the same files would live beside the first. @returns their names */
export async function endOrphans(ledger: StackLedger): Promise<string[]> {
  const orphans = Object.entries(ledger.record.processes).filter(([, identity]) => isAlive(identity));
  await Promise.all(orphans.map(([, identity]) => endProcess(identity, GRACE_MS)));
  ledger.update({ processes: {} });
  return orphans.map(([name]) => name);
}
