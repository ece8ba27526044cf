import { setTimeout as delay } from 'node:timers/promises';
import type { Plan } from '../domain/plan.ts';
import { addSample, perSecond, type Sample } from '../domain/rate.ts';
import type { StageProgress } from '../domain/segment-slide.ts';
import { secondsLeft } from '../domain/time-left.ts';
import type { GatherRequest } from './contract.ts';
import { modelOf } from './make-batches.ts';
import type { ActivityTools } from './ports.ts';
import type { SettledBatches } from './settle-batches.ts';

/** Scores of an earlier try come in before the first count, and would look like a miracle of speed. */
const COUNT_EVERY_MS = 1_000;
/** So many counts between two looks at the queue, which are up to four requests to the broker, a third of a millisecond each. */
const COUNTS_A_LOOK = 5;

type Foreseen = Pick<StageProgress, 'cellsPerSecond' | 'batchesAhead' | 'etaSeconds'>;

/** How fast a run goes, and what goes before it. */
export class Outlook {
  readonly #request: GatherRequest;
  readonly #plan: Plan;
  readonly #settled: SettledBatches;
  #cells: Sample[] = [];
  #deliveries: Sample[] = [];
  #ahead: number | undefined;

  constructor({ request, plan, settled }: { request: GatherRequest; plan: Plan; settled: SettledBatches }) {
    this.#request = request;
    this.#plan = plan;
    this.#settled = settled;
  }

  get foreseen(): Foreseen {
    const cellsPerSecond = perSecond(this.#cells);
    const ahead =
      this.#ahead === undefined ? undefined : { batches: this.#ahead, perSecond: perSecond(this.#deliveries) };
    const cellsLeft = this.#plan.tissue.cells - this.#settled.cells.done;
    const etaSeconds = secondsLeft({ cellsLeft, batchesLeft: this.#batchesLeft, cellsPerSecond, ahead });
    return { cellsPerSecond, batchesAhead: this.#ahead, etaSeconds };
  }

  /** Counts what is settled and looks at the queue until `signal` aborts. A queue that gives no answer is looked at again; nothing waits for it. */
  async watch(queue: ActivityTools['queue'], signal: AbortSignal): Promise<void> {
    for (let counts = 0; await elapsed(COUNT_EVERY_MS, signal); counts++) {
      this.#cells = addSample(this.#cells, { atMs: performance.now(), count: this.#settled.cells.done });
      if (counts % COUNTS_A_LOOK > 0) continue;
      await this.#look(queue).catch(() => {
        this.#ahead = undefined;
      });
    }
  }

  async #look(queue: ActivityTools['queue']): Promise<void> {
    const { runId, lane, spec } = this.#request;
    const { ahead, delivered } = await queue.standing({ lane, model: modelOf(spec), runId }, this.#batchesLeft);
    // What others were served meanwhile is no measure of how fast this run goes.
    if (ahead > 0) this.#cells = [];
    this.#ahead = ahead;
    this.#deliveries = addSample(this.#deliveries, { atMs: performance.now(), count: delivered });
  }

  get #batchesLeft(): number {
    return this.#plan.batches.length - this.#settled.scored.size;
  }
}

/** False when `signal` aborts first. */
const elapsed = (ms: number, signal: AbortSignal): Promise<boolean> => delay(ms, true, { signal }).catch(() => false);
