import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { GoSource } from '../servers/server-definition.ts';
import { diskFull } from './download-file.ts';
import { onPath } from './find-binary.ts';
import type { ProvisionTask } from './provision-server.ts';
import { runGo } from './run-go.ts';
import { withFileLock } from './with-file-lock.ts';

export const findGo = (env: NodeJS.ProcessEnv): Promise<string | undefined> => onPath('go', env);

interface GoPlan {
  readonly files: Readonly<Record<string, string>>;
  readonly commands: readonly (readonly string[])[];
}

/** `go install` refuses a module with replace directives; asked for by a module of our own, it builds. */
export function planGoBuild({ packagePath, version, replaces }: GoSource, output: string): GoPlan {
  if (!replaces) return { files: {}, commands: [['install', '-v', `${packagePath}@${version}`]] };
  return {
    files: { 'go.mod': 'module h2g-local\n\ngo 1.24\n' },
    commands: [
      ['get', '-tool', `${packagePath}@${version}`],
      ['build', '-v', '-o', output, packagePath],
    ],
  };
}

/**
 * Builds the pinned version; what is downloaded is checked by Go itself against its checksum database.
 * @returns why it was not possible, or undefined when the binary is there
 */
export async function buildWithGo(task: ProvisionTask, go: string | undefined): Promise<string | undefined> {
  if (go === undefined) return 'and no go on PATH to build it with';
  const folder = join(dirname(task.target), 'build');
  const output = join(folder, basename(task.target));
  const plan = planGoBuild(task.definition.go, output);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  try {
    for (const [name, text] of Object.entries(plan.files)) await writeFile(join(folder, name), text).catch(diskFull);
    const failure = await inTurn(task, () => runAll(plan, { go, folder }, task));
    if (failure !== undefined) return `and ${failure}`;
    await rename(output, task.target);
    return undefined;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** One build at a time on a machine: the linker of one alone takes more than a gigabyte. */
async function inTurn<T>(task: ProvisionTask, action: () => Promise<T>): Promise<T> {
  task.report({ phase: 'building', detail: `${task.definition.go.packagePath} ${task.definition.version}` });
  return withFileLock(dirname(dirname(task.target)), task.signal, action);
}

async function runAll(
  plan: GoPlan,
  place: { go: string; folder: string },
  task: ProvisionTask,
): Promise<string | undefined> {
  for (const args of plan.commands) {
    const failure = await runGo(args, place, task);
    if (failure !== undefined) return failure;
  }
  return undefined;
}
