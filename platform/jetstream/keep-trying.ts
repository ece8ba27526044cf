import { natsFault, queueError, type NatsFault } from './nats-fault.ts';
import { backOffMs, pause } from './pause.ts';

export interface Persistence {
  /** What is tried, for the error: "publish batches of run ab12". */
  readonly doing: string;
  readonly signal?: AbortSignal | undefined;
  /** After this long without success the last fault is thrown; Infinity tries until `signal` aborts. */
  readonly patienceMs: number;
  /** Faults that are waited for; `missing` and `away` unless given. Any other is thrown at once. */
  readonly passing?: ReadonlySet<NatsFault>;
  /** Makes again what is missing, before the next try. */
  readonly onMissing?: () => Promise<void>;
  readonly onFault?: (fault: NatsFault, thrown: unknown) => void;
}

/** Faults that pass by themselves or can be mended. */
const PASSING: ReadonlySet<NatsFault> = new Set(['missing', 'away']);

/**
 * Repeats a request that is harmless to repeat until it is answered.
 * @throws H2gError `queue-unreachable` or `disk-full`; the signal's reason
 */
export async function keepTrying<T>(work: () => Promise<T>, options: Persistence): Promise<T> {
  const { doing, signal, patienceMs, onMissing, onFault, passing = PASSING } = options;
  const started = performance.now();
  for (;;) {
    signal?.throwIfAborted();
    try {
      return await work();
    } catch (thrown) {
      const fault = natsFault(thrown);
      onFault?.(fault, thrown);
      if (!passing.has(fault) || performance.now() - started > patienceMs) throw queueError(thrown, doing);
      // What this cannot mend now, the next round will find again.
      const mended = fault === 'missing' && onMissing !== undefined && (await succeeds(onMissing));
      if (!mended) await pause(backOffMs(), signal);
    }
  }
}

async function succeeds(work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (thrown) {
    if (PASSING.has(natsFault(thrown))) return false;
    throw thrown;
  }
}
