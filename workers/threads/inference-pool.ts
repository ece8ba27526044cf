import { setTimeout as delay } from 'node:timers/promises';
import { H2gError } from '../../domain/error.ts';
import { unlessAborted } from '../../platform/jetstream/unless-aborted.ts';
import { createThreadPool, type ThreadPool, type ThreadPoolOptions } from './thread-pool.ts';
import { Turns } from './turns.ts';

export interface TaskLimit {
  readonly ms: number;
  /** A task that took too long did not end since either: no native code can be interrupted, only its process. */
  readonly onStuck: () => void;
}

export interface InferencePoolOptions extends ThreadPoolOptions {
  /** How long one task may take; no limit unless given. */
  readonly limit?: TaskLimit;
}

/** After its limit, until the process is given up for it. */
const ENDS_WITHIN_MS = 10_000;
/** Less than what a supervisor's patience leaves. */
const CLOSES_WITHIN_MS = 10_000;

/**
 * Threads that compute networks. One that is ended while it does takes the whole process with it (onnxruntime-node throws where nobody can catch
 * it), so what is aborted is left to its end there: its caller goes on at once, its thread when it can. Nor is the pool closed before, if that does not take
 * too long.
 */
export function createInferencePool<Task, Result>({
  limit,
  ...options
}: InferencePoolOptions): ThreadPool<Task, Result> {
  const pool = createThreadPool<Task, Result>(options);
  const turns = new Turns(options.threads);
  const underWay = new Set<Promise<unknown>>();
  let isClosed = false;
  return {
    threads: pool.threads,
    async run(task, { transfer, signal, unlimited = false } = {}) {
      const giveBack = await turns.take(signal);
      // Who comes, or whose turn comes, while the others are waited for would be ended in the middle.
      if (isClosed) {
        giveBack();
        throw new Error(`the ${options.name} threads are closed`);
      }
      const work = pool.run(task, { ...(transfer && { transfer }) });
      const ended = work
        .catch(() => undefined)
        .finally(() => {
          underWay.delete(ended);
          giveBack();
        });
      underWay.add(ended);
      const limited = limit && !unlimited ? limitTask(options.name, limit, ended) : undefined;
      const signals = [signal, limited].filter((each) => each !== undefined);
      return unlessAborted(work, AbortSignal.any(signals));
    },
    async close() {
      isClosed = true;
      await Promise.race([Promise.all(underWay), delay(CLOSES_WITHIN_MS, undefined, { ref: false })]);
      await pool.close();
    },
  };
}

/** Aborts when the limit is over before the task has `ended`; tells where it does not end after that either. */
function limitTask(name: string, { ms, onStuck }: TaskLimit, ended: Promise<unknown>): AbortSignal {
  const tooLong = new AbortController();
  const timers = [setTimeout(() => tooLong.abort(tookTooLong(name, ms)), ms), setTimeout(onStuck, ms + ENDS_WITHIN_MS)];
  void ended.then(() => timers.forEach(clearTimeout));
  return tooLong.signal;
}

const tookTooLong = (name: string, ms: number): H2gError =>
  new H2gError({
    code: 'model-stuck',
    message: `A ${name} task did not end within ${ms / 1000} s, and was given up.`,
    hint: 'Look at the network for what it never ends on, or allow more time with H2G_BATCH_SECONDS.',
  });
