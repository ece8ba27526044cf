import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { H2gError } from '../../domain/error.ts';
import { limitTask, type TaskLimit } from './limit-task.ts';
import { unwrap, type ThreadAnswer } from './thread-answer.ts';

/** Threads of one kind, each with its own decoder and networks. */
export interface ThreadPool<Task, Result> {
  /** An aborted task ends its thread, whatever that is computing; another takes its place. */
  run(task: Task, options?: { transfer?: ArrayBuffer[]; signal?: AbortSignal | undefined }): Promise<Result>;
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
  return {
    threads,
    async run(task, { transfer = [], signal } = {}) {
      const limited = limit && limitTask(pool, limit);
      const signals = [signal, limited?.signal].filter((each) => each !== undefined);
      try {
        return unwrap(await pool.run(task, { transferList: transfer, signal: AbortSignal.any(signals) }));
      } catch (thrown) {
        throw limit && limited?.signal.aborted ? tookTooLong(name, limit) : thrown;
      } finally {
        limited?.clear();
      }
    },
    close: () => pool.destroy(),
  };
}

const tookTooLong = (name: string, { ms }: TaskLimit): H2gError =>
  new H2gError({
    code: 'model-stuck',
    message: `A ${name} task did not end within ${ms / 1000} s, and its thread was given up.`,
    hint: 'Look at the network for what it never ends on, or allow more time with H2G_BATCH_SECONDS.',
  });
