import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
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
}

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
  return {
    threads,
    run: async (task, { transfer = [], signal } = {}) =>
      unwrap(await pool.run(task, { transferList: transfer, ...(signal ? { signal } : {}) })),
    close: () => pool.destroy(),
  };
}
