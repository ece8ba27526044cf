import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createStepMeter, type FollowedRun, type StepMeter } from '../../../../platform/metrics/step-meter.ts';

describe('runs that wait for scores', () => {
  let registry: Registry;
  let meter: StepMeter;

  beforeEach(() => {
    vi.useFakeTimers({ now: 1_000_000 });
    registry = new Registry();
    meter = createStepMeter(registry);
  });
  afterEach(() => vi.useRealTimers());

  const run = (runId: string, sinceMs: number, lane: FollowedRun['lane'] = 'stat'): FollowedRun => ({
    runId,
    lane,
    model: 'm',
    sinceMs,
  });
  const shown = async (name: string): Promise<string[]> =>
    (await registry.getSingleMetricAsString(name)).split('\n').filter((line) => line.startsWith(`${name}{`));

  it('are told by the oldest and the most silent of a lane', async () => {
    meter.unprocessed(run('a', 900_000), 64);
    meter.unprocessed(run('b', 990_000), 32);
    meter.unprocessed(run('c', 400_000, 'routine'), 16);
    vi.advanceTimersByTime(30_000);
    meter.unprocessed(run('a', 900_000), 48);
    meter.unprocessed(run('b', 990_000), 32);
    vi.advanceTimersByTime(5_000);
    expect(await shown('h2g_unprocessed_seconds')).toEqual([
      'h2g_unprocessed_seconds{lane="stat",model="m"} 135',
      'h2g_unprocessed_seconds{lane="routine",model="m"} 635',
    ]);
    // The first has had news, the second none since it was seen first.
    expect(await shown('h2g_silent_seconds')).toEqual([
      'h2g_silent_seconds{lane="stat",model="m"} 35',
      'h2g_silent_seconds{lane="routine",model="m"} 35',
    ]);
    meter.unprocessed(run('b', 990_000), 0);
    expect(await shown('h2g_silent_seconds')).toContain('h2g_silent_seconds{lane="stat",model="m"} 5');
    for (const runId of ['a', 'c']) meter.unprocessed(run(runId, 0), 0);
    expect(await shown('h2g_unprocessed_seconds')).toEqual([]);
  });

  it('leave a 0 behind, since an autoscaler cannot tell a queue that nobody shows from one that nobody counts', async () => {
    meter.unprocessed(run('a', 900_000), 64);
    meter.unprocessed(run('b', 990_000), 32);
    expect(await shown('h2g_unprocessed_cells')).toEqual(['h2g_unprocessed_cells{lane="stat",model="m"} 96']);
    for (const runId of ['a', 'b']) meter.unprocessed(run(runId, 0), 0);
    expect(await shown('h2g_unprocessed_cells')).toEqual(['h2g_unprocessed_cells{lane="stat",model="m"} 0']);
  });

  it('counters and steps begin with 0, so that their first event is a rise', async () => {
    meter.step('planRun');
    expect(await shown('h2g_run_failures_total')).toContain('h2g_run_failures_total{code="disk-full"} 0');
    expect(await shown('h2g_runs_total')).toHaveLength(4);
    expect(await registry.getSingleMetricAsString('h2g_step_seconds')).toContain(
      'h2g_step_seconds_count{step="planRun",end="failed"} 0',
    );
  });
});
