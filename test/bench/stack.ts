import { join } from 'node:path';
import { Report } from '../../domain/report.ts';
import { stackStatus } from '../../infra/local/stack-status.ts';
import type { S3Settings } from '../../platform/server-settings.ts';
import { cpuSeconds } from './cpu-seconds.ts';
import { runH2g } from './run-h2g.ts';

export interface StackCpu {
  readonly detectorSeconds: number;
  /** Servers, orchestrator and detectors; not the command line that waits for them. */
  readonly allSeconds: number;
}

/** The whole system in a home of its own, up until it is disposed of. */
export interface Stack extends AsyncDisposable {
  readonly folder: string;
  readonly s3: S3Settings;
  /** A whole run, from planning to the result files, whether it was made before or not. */
  runSlide(path: string, bundleDir: string): Promise<Report>;
  /** Finds its processes once; each look at what they have computed so far is then cheap. */
  watchCpu(): Promise<() => Promise<StackCpu>>;
}

export async function startStack(folder: string): Promise<Stack> {
  const home = join(folder, 'home');
  await runH2g(['up'], home);
  const status = async () => {
    const found = await stackStatus({ homeDir: home, signal: new AbortController().signal });
    if (found === undefined) throw new Error(`the servers of ${home} have gone`);
    return found;
  };
  return {
    folder,
    s3: (await status()).addresses.s3,
    runSlide: async (path, bundleDir) =>
      Report.parse(
        await runH2g(['run', path, '--bundle', bundleDir, '--again', '--out', join(folder, 'results')], home),
      ),
    watchCpu: async () => {
      const { processes } = await status();
      const running = processes.flatMap(({ name, pid }) => (pid === undefined ? [] : [{ name, pid }]));
      return async () => {
        const seconds = await Promise.all(running.map(({ pid }) => cpuSeconds(pid)));
        const sum = (some: readonly number[]): number => some.reduce((total, one) => total + one, 0);
        const ofDetectors = seconds.filter((_, i) => running[i]?.name.startsWith('detector'));
        return { detectorSeconds: sum(ofDetectors), allSeconds: sum(seconds) };
      };
    },
    [Symbol.asyncDispose]: async () => void (await runH2g(['down'], home)),
  };
}
