import type { NatsConnection } from 'nats';
import { wakeSubject } from '../../domain/subjects.ts';

/** Hears that batches were dispatched. A lost ring costs no more than the caller's own wait. */
export interface Doorbell {
  /** How often it has rung: whoever looks for work notes this first, so that a ring in between is not missed. */
  rings(): number;
  /** Until it has rung more often than `since`, `ms` have gone by, or `signal` aborts; none of them is an error. */
  wait(since: number, options: { ms: number; signal: AbortSignal }): Promise<void>;
  close(): void;
}

export function hearDoorbell(nc: NatsConnection, models: readonly string[]): Doorbell {
  const sleepers = new Set<() => void>();
  let rings = 0;
  const ring = (): void => {
    rings += 1;
    for (const wake of sleepers) wake();
  };
  const subscriptions = models.map((model) => nc.subscribe(wakeSubject(model), { callback: ring }));
  return {
    rings: () => rings,
    wait: (since, { ms, signal }) =>
      new Promise((resolve) => {
        if (rings > since || signal.aborted) return resolve();
        const wake = (): void => {
          clearTimeout(timer);
          sleepers.delete(wake);
          signal.removeEventListener('abort', wake);
          resolve();
        };
        const timer = setTimeout(wake, ms);
        sleepers.add(wake);
        signal.addEventListener('abort', wake, { once: true });
      }),
    close: () => {
      for (const subscription of subscriptions) subscription.unsubscribe();
    },
  };
}
