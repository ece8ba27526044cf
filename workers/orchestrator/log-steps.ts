import { ApplicationFailure } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import type { Log } from '../../platform/log.ts';
import { endOfStep } from './end-of-step.ts';
import { idsOf } from './execution-ids.ts';

/** A line for each step that fails: a warning where it is tried again, an error where its run ends with it. */
export const logSteps =
  (log: Log): ActivityInterceptorsFactory =>
  ({ info: { activityType: step, attempt, workflowExecution } }) => ({
    inbound: {
      async execute(input, next) {
        try {
          return await next(input);
        } catch (thrown) {
          if (endOfStep(thrown) === 'failed') {
            const ids = workflowExecution === undefined ? {} : idsOf(workflowExecution);
            const facts = { ...ids, step, attempt, error: (thrown instanceof Error && thrown.cause) || thrown };
            if (isFinal(thrown)) log.error(facts, 'Step:GivenUp');
            else log.warn(facts, 'Step:Failed');
          }
          throw thrown;
        }
      },
    },
  });

const isFinal = (thrown: unknown): boolean => thrown instanceof ApplicationFailure && thrown.nonRetryable === true;
