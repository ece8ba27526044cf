import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { awaitLogLine } from '../../infra/local/supervisor/await-log-line.ts';

/** A process of `worker-main.ts`, or of the product's own. It ends with this one, however that ends. */
export interface BenchWorker {
  readonly pid: number;
  readonly ready: Promise<void>;
  /** Rejects when it ends before it is asked to. */
  readonly lost: Promise<never>;
  stop(): Promise<void>;
}

export interface BenchWorkerOptions {
  /** Its role and what that takes. */
  readonly args: readonly string[];
  /** For Node itself, a profiler's for example. */
  readonly nodeArgs?: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly logFile: string;
  /** The product's own program instead, which does not end by itself when this one does. */
  readonly program?: string;
}

const ENTRY = fileURLToPath(new URL('./worker-main.js', import.meta.url));
const READY_MARK = '"Worker:Ready"';
const READY_WITHIN_MS = 120_000;
const GRACE_MS = 20_000;

export function startBenchWorker({
  args,
  nodeArgs = [],
  env,
  logFile,
  program = ENTRY,
}: BenchWorkerOptions): BenchWorker {
  const log = openSync(logFile, 'w');
  const child = spawn(process.execPath, [...nodeArgs, program, ...args], { env, stdio: ['pipe', log, log] });
  closeSync(log);
  let stopping = false;
  const exited = once(child, 'exit');
  const lost = (async () => {
    const [code, signal] = (await exited) as [number | null, string | null];
    if (stopping) return new Promise<never>(() => {});
    throw new Error(`a worker (${args.join(' ')}) ended by itself: ${signal ?? `exit code ${code}`}; see ${logFile}`);
  })();
  lost.catch(() => undefined);
  return {
    pid: child.pid ?? 0,
    ready: awaitLogLine({ file: logFile, fromByte: 0 }, READY_MARK, AbortSignal.timeout(READY_WITHIN_MS)),
    lost,
    async stop() {
      stopping = true;
      child.kill('SIGTERM');
      const killer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
      await exited;
      clearTimeout(killer);
    },
  };
}
