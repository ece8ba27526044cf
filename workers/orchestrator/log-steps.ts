import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { HANDED_OVER } from '../../domain/segment-slide.ts';
import type { Log } from '../../platform/log.ts';
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
          if (isFailed(thrown)) {
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

/** A step that is stopped or handed to another orchestrator has not failed. */
const isFailed = (thrown: unknown): boolean =>
  !(thrown instanceof CancelledFailure || (thrown instanceof ApplicationFailure && thrown.type === HANDED_OVER));

const isFinal = (thrown: unknown): boolean => thrown instanceof ApplicationFailure && thrown.nonRetryable === true;
