import type { Lane } from '../../domain/run-spec.ts';
import type { Step } from '../../domain/segment-slide.ts';

export interface Capacity {
  readonly cores: number;
  /** Runs of a lane in detection at once: enough to keep all detectors busy, few enough that the next submitter's turn comes soon. */
  readonly detectingRuns: number;
}

/**
 * How many runs of each lane an orchestrator has in each step at once. STAT has places of its own everywhere; a run in detection only
 * waits, so its places cost nothing, yet a bound on them is what gives every submitter a share: who comes next is decided when one is free.
 */
export const stepPlaces = ({ cores, detectingRuns }: Capacity): Record<Step, Record<Lane, number>> => ({
  plan: { stat: 2, routine: Math.max(2, cores), research: 1 },
  detect: { stat: 4 * detectingRuns, routine: detectingRuns, research: detectingRuns },
  refine: { stat: 1, routine: 1, research: 1 },
});
