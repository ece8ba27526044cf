import { setTimeout as delay } from 'node:timers/promises';
import type { Lane } from '../../../domain/run-spec.ts';

/** A line of a worker's log. */
export interface WorkerEvent {
  /** ISO 8601, to the millisecond; all processes read one clock. */
  readonly time: string;
  readonly event: string;
  readonly runId?: string;
  readonly lane?: Lane;
  /** What a batch took. */
  readonly seconds?: number;
}

const LOOK_EVERY_MS = 10;
const WITHIN_MS = 300_000;

/** What workers log, kept by kind and run. */
export class WorkerEvents {
  readonly #counts = new Map<string, number>();
  readonly #startedMs = new Map<string, number[]>();
  readonly #dispatchedMs: { lane: Lane | undefined; atMs: number }[] = [];
  readonly batchSeconds: number[] = [];

  hear({ time, event, runId = '', lane, seconds }: WorkerEvent): void {
    const atMs = Date.parse(time);
    this.#counts.set(event, this.count(event) + 1);
    if (event === 'TileBatch:Started') this.#startedMs.set(runId, [...this.startsOf(runId), atMs]);
    if (event === 'TileBatches:Dispatched') this.#dispatchedMs.push({ lane, atMs });
    if (event === 'TileBatch:Scored' && seconds !== undefined) this.batchSeconds.push(seconds);
  }

  count(event: string): number {
    return this.#counts.get(event) ?? 0;
  }

  /** When batches of the run were started, in milliseconds since 1970. */
  startsOf(runId: string): readonly number[] {
    return this.#startedMs.get(runId) ?? [];
  }

  /** When batches were first dispatched in the lane at or after a moment. */
  dispatchedAfter(lane: Lane, sinceMs: number): number | undefined {
    return this.#dispatchedMs.find((dispatch) => dispatch.lane === lane && dispatch.atMs >= sinceMs)?.atMs;
  }

  /** @throws Error when it has not come within some minutes */
  async until(what: string, isSo: () => boolean): Promise<void> {
    const endMs = performance.now() + WITHIN_MS;
    while (!isSo()) {
      if (performance.now() > endMs) throw new Error(`not seen within ${WITHIN_MS / 1000} s: ${what}`);
      await delay(LOOK_EVERY_MS);
    }
  }
}
