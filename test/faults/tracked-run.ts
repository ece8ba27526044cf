import { setTimeout as delay } from 'node:timers/promises';
import { asH2gError, type ErrorFacts } from '../../domain/error.ts';
import type { RunClient, RunProgress } from '../../platform/run-client.ts';
import type { TestRun } from './place-inputs.ts';

const LOOK_EVERY_MS = 250;
const ASK_AGAIN_AFTER_MS = 2_000;
/** The answer to a look may be older than the start that came after it. */
const CANCELLED_LOOKS = 4;

/** How much of a run is over when it is at this stage, but for detection, which knows it itself. */
const SHARE: Readonly<Record<string, number>> = { detecting: 0.05, refining: 0.9, delivering: 0.95, finished: 1 };

export interface Step {
  readonly stage: string;
  readonly atMs: number;
}

/** A run as it is seen from outside, from its start to its end. */
export class TrackedRun {
  readonly test: TestRun;
  readonly steps: Step[] = [];
  /** 0 to 1, never less than before. */
  share = 0;
  /** How it ended for good. */
  end: { readonly outcome: string } | { readonly error: ErrorFacts } | undefined;
  /** How often it had to be asked for again, by the way: its last words then. */
  readonly askedAgain: string[] = [];
  /** While a person cancels it and starts it again, a cancelled run is no end. */
  isBeingRestarted = false;

  constructor(test: TestRun) {
    this.test = test;
  }

  get isUnderWay(): boolean {
    return this.steps.length > 0 && this.end === undefined;
  }

  get isDetecting(): boolean {
    return this.isUnderWay && this.steps.at(-1)?.stage === 'detecting';
  }

  see({ state, cells }: RunProgress): void {
    const stage = state.kind === 'running' ? state.stage : state.kind;
    if (this.steps.at(-1)?.stage !== stage) this.steps.push({ stage, atMs: Date.now() });
    const detected = cells === undefined ? 0 : cells.done / cells.total;
    const share = stage === 'detecting' ? 0.05 + 0.85 * detected : (SHARE[stage] ?? 0);
    this.share = Math.max(this.share, share);
  }
}

export interface TrackOptions {
  readonly runs: RunClient;
  /** As with `h2g run --again`: nothing of an earlier run is used. */
  readonly again: boolean;
  /** True where a person would start a failed run again: its cause was a fault, and that is over. */
  readonly isForgiven: (error: ErrorFacts) => boolean;
  readonly signal: AbortSignal;
}

/** Starts a run and looks at it until it has ended for good. Servers that are away are waited for. */
export async function track(run: TrackedRun, { runs, again, isForgiven, signal }: TrackOptions): Promise<void> {
  const { runId, spec, lane } = run.test;
  await insist(() => runs.start(runId, spec, lane, { again }), signal);
  let looksAtCancelled = 0;
  while (run.end === undefined) {
    const progress = await insist(() => runs.progress(runId), signal);
    run.see(progress);
    const { state } = progress;
    if (state.kind === 'finished') run.end = { outcome: state.outcome };
    looksAtCancelled = state.kind === 'cancelled' && !run.isBeingRestarted ? looksAtCancelled + 1 : 0;
    if (looksAtCancelled > CANCELLED_LOOKS)
      run.end = { error: { code: 'run-cancelled', message: 'It was cancelled by nobody.', hint: '' } };
    if (state.kind === 'failed') {
      if (!isForgiven(state.error)) run.end = { error: state.error };
      else {
        run.askedAgain.push(`${state.error.code}: ${state.error.message}`);
        await delay(ASK_AGAIN_AFTER_MS, undefined, { signal });
        await insist(() => runs.start(runId, spec, lane), signal);
      }
    }
    await delay(LOOK_EVERY_MS, undefined, { signal });
  }
}

const INSIST_EVERY_MS = 500;

/** Asks until it is answered: the servers that are asked are the ones that are killed. @throws what is no matter of a server that is away; the signal's reason */
export async function insist<T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (;;) {
    signal.throwIfAborted();
    try {
      return await ask();
    } catch (thrown) {
      if (!asH2gError(thrown).retry) throw thrown;
    }
    await delay(INSIST_EVERY_MS, undefined, { signal });
  }
}
