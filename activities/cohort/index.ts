import type { FollowedRuns } from '../../domain/segment-cohort.ts';
import { endOf } from '../as-failure.ts';
import { keepBeating } from '../pulse.ts';
import { stopWithWorker } from '../stop-with-worker.ts';
import { createAwaitRuns } from './await-runs.ts';
import type { SegmentCohortActivities } from './contract.ts';
import { createLookForSlides } from './look-for-slides.ts';
import type { CohortTools } from './ports.ts';
import { createRecordOutcomes } from './record-outcomes.ts';
import { createTakePage } from './take-page.ts';

/** The bookkeeping of cohorts with its tools in hand. @param stopping aborts when the worker is asked to stop */
export function createCohortActivities(tools: CohortTools, stopping: AbortSignal): SegmentCohortActivities {
  const asActivity =
    <Input, Output>(step: Step<Input, Output>, details: (input: Input) => FollowedRuns = () => ({ following: [] })) =>
    async (input: Input): Promise<Output> => {
      try {
        return await keepBeating(
          () => details(input),
          () => stopWithWorker(stopping, (signal) => step(input, signal)),
        );
      } catch (thrown) {
        throw endOf(thrown, stopping);
      }
    };

  return {
    takePage: asActivity(createTakePage(tools)),
    lookForSlides: asActivity(createLookForSlides(tools)),
    awaitRuns: asActivity(createAwaitRuns(tools), ({ runIds }) => ({ following: runIds })),
    recordOutcomes: asActivity(createRecordOutcomes(tools)),
  };
}

type Step<Input, Output> = (input: Input, signal: AbortSignal) => Promise<Output>;
