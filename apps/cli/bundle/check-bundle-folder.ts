import { resolve } from 'node:path';
import { modelToken } from '../../../domain/bundle.ts';
import { checkBundle, type BundleCheck, type Finding } from '../../../models/check-bundle.ts';
import { loadConfig } from '../../../platform/config.ts';
import type { CliContext } from '../cli-context.ts';
import type { CommandAnswer } from '../command-answer.ts';
import { EXIT_CODES } from '../exit-code.ts';
import { queueLine } from './queue-line.ts';

function findingLines(finding: Finding): string[] {
  const first = `  ${finding.ok ? 'ok  ' : 'FAIL'}  ${finding.check}: ${finding.message}`;
  return finding.ok ? [first] : [first, `        ${finding.error.hint}`];
}

export function bundleCheckLines(dir: string, { ok, bundle, findings }: BundleCheck): string[] {
  const name = bundle === undefined ? dir : `${bundle.id} ${bundle.version} in ${dir}`;
  const verdict = `${name}: ${ok ? 'sound' : 'NOT SOUND'}`;
  const model = bundle === undefined ? [] : [queueLine(bundle)];
  return [verdict, ...findings.flatMap(findingLines), ...model];
}

/** `h2g bundle check DIR`: everything that was looked at, not only the first fault. */
export async function checkBundleFolder(dir: string, { env, folder, signal }: CliContext): Promise<CommandAnswer> {
  const path = resolve(folder, dir);
  const check = await checkBundle(path, { providers: loadConfig(env).providers, signal });
  return {
    exitCode: check.ok ? EXIT_CODES.done : EXIT_CODES.badInput,
    lines: bundleCheckLines(path, check),
    json: { ...check, ...(check.bundle && { model: modelToken(check.bundle) }) },
  };
}
