import { spawn, type ChildProcess } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Report } from '../../domain/report.ts';
import { packageRoot } from '../../platform/package-root.ts';

const MAIN = join(packageRoot(), 'dist', 'apps', 'cli', 'main.js');

export interface H2gAnswer {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The last line of stdout, which `--json` promises to be one object. */
  readonly json: () => Record<string, unknown>;
  /** That object as the report of one slide. */
  readonly report: () => Report;
}

export interface RunningH2g {
  readonly child: ChildProcess;
  readonly ended: Promise<H2gAnswer>;
}

/** Starts the built program, as a user would. */
export function startH2g(args: readonly string[], env: Readonly<Record<string, string>>): RunningH2g {
  const child = spawn(process.execPath, ['--no-warnings', MAIN, ...args], { env: { ...process.env, ...env } });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  const ended = new Promise<H2gAnswer>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode) => {
      const json = (): Record<string, unknown> =>
        JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Record<string, unknown>;
      resolve({ exitCode, stdout, stderr, json, report: () => Report.parse(json()) });
    });
  });
  return { child, ended };
}

export const h2g = (args: readonly string[], env: Readonly<Record<string, string>>): Promise<H2gAnswer> =>
  startH2g(args, env).ended;

/** Result files by name; `report.json` is left out, as it holds times and worker ids. */
export async function resultBytes(folder: string): Promise<Record<string, Buffer>> {
  const names = (await readdir(folder)).filter((name) => name !== 'report.json').toSorted();
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name))] as const)),
  );
}
