import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Lane } from '../../domain/run-spec.ts';

/** `stopped`: its run was paused or cancelled, or its orchestrator asked to end. */
export type StepEnd = 'done' | 'failed' | 'stopped';

/** A run in detection. */
export interface FollowedRun {
  readonly runId: string;
  readonly lane: Lane;
  /** A model token. */
  readonly model: string;
}

/** What an orchestrator counts. */
export interface StepMeter {
  /** @returns what is told how the step ended */
  begun(step: string): (end: StepEnd) => void;
  /** Cells of a run that wait for their scores; 0 when this orchestrator follows it no more. */
  unprocessed(run: FollowedRun, cells: number): void;
  /** A run has its report: `done`, `needs-review`, or the code of the error that ended it. */
  runEnded(how: { readonly outcome: string } | { readonly code: string }): void;
}

const SECONDS = [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600, 14_400, 86_400];

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
    help: 'Runs whose report is stored, by outcome.',
    labelNames: ['outcome'],
    registers,
  });
  const failures = new Counter({
    name: 'h2g_run_failures_total',
    help: 'Runs that ended with an error, by its code.',
    labelNames: ['code'],
    registers,
  });
  const waiting = new Map<string, { readonly run: FollowedRun; readonly cells: number }>();
  new Gauge({
    name: 'h2g_unprocessed_cells',
    help: 'Cells that wait for their scores, of the runs that this orchestrator follows; sum over orchestrators.',
    labelNames: ['lane', 'model'],
    registers,
    collect() {
      this.reset();
      for (const { run, cells } of waiting.values()) this.inc({ lane: run.lane, model: run.model }, cells);
    },
  });
  return {
    begun(step) {
      const started = performance.now();
      return (end) => seconds.observe({ step, end }, (performance.now() - started) / 1_000);
    },
    unprocessed(run, cells) {
      if (cells > 0) waiting.set(run.runId, { run, cells });
      else waiting.delete(run.runId);
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
