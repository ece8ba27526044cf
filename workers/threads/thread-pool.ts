import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { unwrap, type ThreadAnswer } from './thread-answer.ts';

export interface TaskOptions {
  readonly transfer?: ArrayBuffer[];
  readonly signal?: AbortSignal | undefined;
  /** It may take as long as it likes, where the pool has a limit. */
  readonly unlimited?: boolean;
}

/** Threads of one kind, each with its own decoder and networks. */
export interface ThreadPool<Task, Result> {
  /** Rejects when the task is aborted, with the signal's reason or as an AbortError. What its thread does then is the pool's affair. */
  run(task: Task, options?: TaskOptions): Promise<Result>;
  readonly threads: number;
  close(): Promise<void>;
}

export interface ThreadPoolOptions {
  /** The compiled entry, beside this file, and what it exports. */
  readonly entry: `./${string}.js`;
  readonly name: string;
  readonly threads: number;
  /** Settings that every thread gets at its start. */
  readonly data: unknown;
  /** Seconds after which an idle thread ends and its networks' memory is free again; never unless given. */
  readonly idleSeconds?: number;
}

/** An aborted task ends its thread, whatever that is computing; another takes its place. For networks see `createInferencePool`. */
export function createThreadPool<Task, Result>(options: ThreadPoolOptions): ThreadPool<Task, Result> {
  const { entry, name, threads, data, idleSeconds } = options;
  const pool = new Piscina<Task, ThreadAnswer<Result>>({
    filename: fileURLToPath(new URL(entry, import.meta.url)),
    name,
    minThreads: idleSeconds === undefined ? threads : 0,
    maxThreads: threads,
    idleTimeout: idleSeconds === undefined ? Infinity : idleSeconds * 1000,
    concurrentTasksPerWorker: 1,
    // A thread that waits in Atomics.wait could not serve its own sockets.
    atomics: 'disabled',
    workerData: data,
  });
  const started = noteStarted(pool);
  return {
    threads,
    run: async (task, { transfer = [], signal = null } = {}) =>
      unwrap(await pool.run(task, { transferList: transfer, signal })),
    async close() {
      await untilAllStarted(pool, started);
      await pool.destroy();
    },
  };
}

/** The ids of all threads that have loaded their entry. */
function noteStarted(pool: Piscina<never, unknown>): ReadonlySet<number> {
  const started = new Set<number>();
  // Those that a pool begins with it calls created before they have started.
  const first = new Set(pool.threads.map(({ threadId }) => threadId));
  for (const thread of pool.threads) thread.once('message', () => started.add(thread.threadId));
  pool.on('workerCreate', ({ id }: { id: number }) => {
    if (!first.has(id)) started.add(id);
  });
  return started;
}

const STARTS_WITHIN_MS = 10_000;
const LOOK_EVERY_MS = 10;

/** A thread that is ended in the moment in which it loads native code takes the whole process with it. */
async function untilAllStarted(pool: Pick<Piscina, 'threads'>, started: ReadonlySet<number>): Promise<void> {
  const end = performance.now() + STARTS_WITHIN_MS;
  while (pool.threads.some(({ threadId }) => !started.has(threadId)) && performance.now() < end)
    await delay(LOOK_EVERY_MS);
}
