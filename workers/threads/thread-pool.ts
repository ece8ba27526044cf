import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { H2gError } from '../../domain/error.ts';
import { limitTask, type TaskLimit } from './limit-task.ts';
import { unwrap, type ThreadAnswer } from './thread-answer.ts';

export interface TaskOptions {
  readonly transfer?: ArrayBuffer[];
  readonly signal?: AbortSignal | undefined;
  /** It may take as long as it likes, whatever the pool's limit. */
  readonly unlimited?: boolean;
}

/** Threads of one kind, each with its own decoder and networks. */
export interface ThreadPool<Task, Result> {
  /** An aborted task ends its thread, whatever that is computing; another takes its place. */
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
  /** How long one task may take; no limit unless given. */
  readonly limit?: TaskLimit;
}

export function createThreadPool<Task, Result>(options: ThreadPoolOptions): ThreadPool<Task, Result> {
  const { entry, name, threads, data, idleSeconds, limit } = options;
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
    async run(task, { transfer = [], signal, unlimited = false } = {}) {
      const limited = limit && !unlimited ? limitTask(pool, limit) : undefined;
      const signals = [signal, limited?.signal].filter((each) => each !== undefined);
      try {
        return unwrap(await pool.run(task, { transferList: transfer, signal: AbortSignal.any(signals) }));
      } catch (thrown) {
        throw limit && limited?.signal.aborted ? tookTooLong(name, limit) : thrown;
      } finally {
        limited?.clear();
      }
    },
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

const tookTooLong = (name: string, { ms }: TaskLimit): H2gError =>
  new H2gError({
    code: 'model-stuck',
    message: `A ${name} task did not end within ${ms / 1000} s, and its thread was given up.`,
    hint: 'Look at the network for what it never ends on, or allow more time with H2G_BATCH_SECONDS.',
  });
