import { activityInfo } from '@temporalio/activity';
import type { StepMeter } from '../platform/metrics/step-meter.ts';
import type { DeliverRequest, FailureRecord, GatherRequest, SegmentSlideActivities } from './contract.ts';
import { modelOf } from './make-batches.ts';
import type { Pulse } from './pulse.ts';

type Step<Input, Output> = (input: Input, pulse: Pulse) => Promise<Output>;
type ResultOf<Name extends keyof SegmentSlideActivities> = Awaited<ReturnType<SegmentSlideActivities[Name]>>;

/** While a run is gathered it is known how many of its cells wait for a score. */
export const meterCells =
  (meter: StepMeter, gather: Step<GatherRequest, ResultOf<'gatherHeatmap'>>): typeof gather =>
  async (request, pulse) => {
    const sinceMs = activityInfo().scheduledTimestampMs;
    const run = { runId: request.runId, lane: request.lane, model: modelOf(request.spec), sinceMs };
    const report: Pulse['report'] = (progress) => {
      meter.unprocessed(run, progress.total - progress.done);
      pulse.report(progress);
    };
    try {
      return await gather(request, { ...pulse, report });
    } finally {
      meter.unprocessed(run, 0);
    }
  };

export const meterOutcome =
  (meter: StepMeter, deliver: Step<DeliverRequest, ResultOf<'deliverResults'>>): typeof deliver =>
  async (request, pulse) => {
    const result = await deliver(request, pulse);
    meter.runEnded(result);
    return result;
  };

/** Counted before it is recorded: a store without room fails runs, and takes no record of it. */
export const meterFailure =
  (meter: StepMeter, record: Step<FailureRecord, void>): typeof record =>
  async (failure, pulse) => {
    if (activityInfo().attempt === 1) meter.runEnded({ code: failure.error.code });
    await record(failure, pulse);
  };
