import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { ERROR_CODES } from '../../domain/error.ts';
import type { Lane } from '../../domain/run-spec.ts';

/**
 * `failed`: it is tried again. `fatal`: its run fails by it. `stopped`: its run was paused or cancelled, or its orchestrator asked to end.
 */
export type StepEnd = 'done' | 'failed' | 'fatal' | 'stopped';

/** A run in detection. */
export interface FollowedRun {
  readonly runId: string;
  readonly lane: Lane;
  /** A model token. */
  readonly model: string;
  /** When its batches were dispatched, in ms since 1970. */
  readonly sinceMs: number;
}

/** What an orchestrator counts. */
export interface StepMeter {
  /** A step that will be counted. @returns what is called when it begins, and returns what is told how it ended */
  step(name: string): () => (end: StepEnd) => void;
  /** Cells of a run that wait for their scores; 0 when this orchestrator follows it no more. */
  unprocessed(run: FollowedRun, cells: number): void;
  /** A run has ended: `done`, `needs-review`, or the code of the error that ended it. */
  runEnded(how: { readonly outcome: string } | { readonly code: string }): void;
}

const SECONDS = [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600, 14_400, 86_400];

/** Outcomes, and the ends of a step that are counted over time. */
const OUTCOMES = ['done', 'no-tissue', 'needs-review', 'failed'] as const;
const COUNTED_ENDS: readonly StepEnd[] = ['done', 'failed', 'fatal'];

/** Counters begin with 0: one that is not there before its first event hides that event from whoever looks for a rise. */
export function createStepMeter(registry: Registry): StepMeter {
  const registers = [registry];
  const seconds = new Histogram({
    name: 'h2g_step_seconds',
    help: 'Seconds of a step of a run, by how it ended.',
    labelNames: ['step', 'end'],
    buckets: SECONDS,
    registers,
  });
  const runs = new Counter({
    name: 'h2g_runs_total',
    help: 'Runs that have ended, by outcome.',
    labelNames: ['outcome'],
    registers,
  });
  const failures = new Counter({
    name: 'h2g_run_failures_total',
    help: 'Runs that ended with an error, by its code.',
    labelNames: ['code'],
    registers,
  });
  for (const outcome of OUTCOMES) runs.inc({ outcome }, 0);
  for (const code of ERROR_CODES) failures.inc({ code }, 0);
  const waiting = new Map<string, Waiting>();
  const queues = new Map<string, RunLabels>();
  showWaiting(waiting, queues, registers);
  return {
    step(step) {
      for (const end of COUNTED_ENDS) seconds.zero({ step, end });
      return () => {
        const started = performance.now();
        return (end) => seconds.observe({ step, end }, (performance.now() - started) / 1_000);
      };
    },
    unprocessed(run, cells) {
      queues.set(keyOf(run), labelsOf(run));
      if (cells === 0) return void waiting.delete(run.runId);
      const before = waiting.get(run.runId);
      waiting.set(run.runId, { run, cells, newsMs: before?.cells === cells ? before.newsMs : performance.now() });
    },
    runEnded(how) {
      if ('outcome' in how) runs.inc({ outcome: how.outcome });
      else {
        runs.inc({ outcome: 'failed' });
        failures.inc({ code: how.code });
      }
    },
  };
}

interface Waiting {
  readonly run: FollowedRun;
  readonly cells: number;
  /** When their number changed last, by `performance.now()`. */
  readonly newsMs: number;
}

/** What is read of the runs that wait whenever somebody looks. @param queues all that a run has waited in */
function showWaiting(
  waiting: ReadonlyMap<string, Waiting>,
  queues: ReadonlyMap<string, RunLabels>,
  registers: Registry[],
): void {
  const labelNames = ['lane', 'model'];
  new Gauge({
    name: 'h2g_unprocessed_cells',
    help: 'Cells that wait for their scores, of the runs that this orchestrator follows; sum over orchestrators.',
    labelNames,
    registers,
    collect() {
      // 0 of an empty queue is said: an autoscaler whose metric is gone leaves all as it is, at its most.
      for (const labels of queues.values()) this.set(labels, 0);
      for (const { run, cells } of waiting.values()) this.inc(labelsOf(run), cells);
    },
  });
  const showOldest = (name: string, help: string, secondsOf: (waiting: Waiting) => number): Gauge =>
    new Gauge({
      name,
      help,
      labelNames,
      registers,
      collect() {
        this.reset();
        for (const [labels, seconds] of oldest(waiting.values(), secondsOf)) this.set(labels, seconds);
      },
    });
  showOldest(
    'h2g_unprocessed_seconds',
    'Seconds since the oldest of the runs with unprocessed cells was dispatched; max over orchestrators.',
    ({ run }) => (Date.now() - run.sinceMs) / 1_000,
  );
  showOldest(
    'h2g_silent_seconds',
    'Longest time for which a run with unprocessed cells has got no score; max over orchestrators.',
    ({ newsMs }) => (performance.now() - newsMs) / 1_000,
  );
}

type RunLabels = Readonly<Record<'lane' | 'model', string>>;

const labelsOf = ({ lane, model }: FollowedRun): RunLabels => ({ lane, model });
const keyOf = ({ lane, model }: RunLabels): string => `${lane} ${model}`;

/** Of each lane and model the longest time. */
function oldest(all: Iterable<Waiting>, secondsOf: (waiting: Waiting) => number): Iterable<[RunLabels, number]> {
  const found = new Map<string, [RunLabels, number]>();
  for (const waiting of all) {
    const labels = labelsOf(waiting.run);
    const key = keyOf(labels);
    found.set(key, [labels, Math.max(0, secondsOf(waiting), found.get(key)?.[1] ?? 0)]);
  }
  return found.values();
}
