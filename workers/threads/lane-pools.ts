import type { Lane } from '../../domain/run-spec.ts';
import { createThreadPool, type ThreadPoolOptions } from './thread-pool.ts';

/** Threads of one kind for all lanes. */
export interface LanePools<Task, Result> {
  /** As `ThreadPool.run`. */
  run(task: Task, options: { lane: Lane; signal: AbortSignal }): Promise<Result>;
  close(): Promise<void>;
}

/**
 * A pool waits in the order of arrival, and what a thread has begun is not interrupted. So STAT slides have threads of their own, as many as
 * all others have together, which exist only while they are used.
 */
export function createLanePools<Task, Result>(
  options: ThreadPoolOptions & { readonly idleSeconds: number },
): LanePools<Task, Result> {
  const stat = createThreadPool<Task, Result>(options);
  const others = createThreadPool<Task, Result>(options);
  return {
    run: (task, { lane, signal }) => (lane === 'stat' ? stat : others).run(task, { signal }),
    close: async () => void (await Promise.all([stat.close(), others.close()])),
  };
}
