import type { Lane } from '../../domain/run-spec.ts';
import type { ThreadPool } from './thread-pool.ts';

/** Threads of one kind for all lanes. */
export interface LanePools<Task, Result> {
  /** As `ThreadPool.run`. */
  run(task: Task, options: { lane: Lane; signal: AbortSignal }): Promise<Result>;
  close(): Promise<void>;
}

/**
 * A pool waits in the order of arrival, and what a thread has begun is not interrupted. So STAT slides have threads of their own, as many as
 * all others have together, which exist only while they are used: `create` is called twice.
 */
export function createLanePools<Task, Result>(create: () => ThreadPool<Task, Result>): LanePools<Task, Result> {
  const stat = create();
  const others = create();
  return {
    run: (task, { lane, signal }) => (lane === 'stat' ? stat : others).run(task, { signal }),
    close: async () => void (await Promise.all([stat.close(), others.close()])),
  };
}
