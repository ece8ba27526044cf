import {
  ContinueAsNew,
  isCancellation,
  proxySinks,
  type Sinks,
  type WorkflowInterceptors,
  type WorkflowExecuteInput,
} from '@temporalio/workflow';
import { LINK_HEADER, TRACE_HEADER } from '../domain/trace-context.ts';

type Headers = WorkflowExecuteInput['headers'];
type Payload = Headers[string];

/** How an execution ended, in its own time. */
export interface ToldExecution {
  readonly end: 'done' | 'failed' | 'stopped' | 'handed-on';
  readonly endedAtMs: number;
  readonly trace: Payload | undefined;
  readonly link: Payload | undefined;
}

/** What workflows tell their worker beside their history; nothing comes back. */
export interface TraceSinks extends Sinks {
  h2gTrace: { ended(execution: ToldExecution): void };
}

const { h2gTrace } = proxySinks<TraceSinks>();

/**
 * Hands the place in a trace, with which a workflow was started, to its steps as it is, and to its children as a link: each slide of a cohort is a trace of its own.
 * Nothing is read here and nothing is added to a history that came without.
 */
export const interceptors = (): WorkflowInterceptors => {
  let trace: Payload | undefined;
  let link: Payload | undefined;
  const withLink = (headers: Headers): Headers =>
    trace === undefined ? headers : { ...headers, [LINK_HEADER]: trace };
  const tell = (end: ToldExecution['end']): void => h2gTrace.ended({ end, endedAtMs: Date.now(), trace, link });
  return {
    inbound: [
      {
        async execute(input, next) {
          trace = input.headers[TRACE_HEADER];
          link = input.headers[LINK_HEADER];
          try {
            const result = await next(input);
            tell('done');
            return result;
          } catch (thrown) {
            tell(endOf(thrown));
            throw thrown;
          }
        },
      },
    ],
    outbound: [
      {
        scheduleActivity: (input, next) =>
          next(trace === undefined ? input : { ...input, headers: { ...input.headers, [TRACE_HEADER]: trace } }),
        startChildWorkflowExecution: (input, next) => next({ ...input, headers: withLink(input.headers) }),
        continueAsNew: (input, next) => next({ ...input, headers: withLink(input.headers) }),
      },
    ],
  };
};

function endOf(thrown: unknown): ToldExecution['end'] {
  if (thrown instanceof ContinueAsNew) return 'handed-on';
  return isCancellation(thrown) ? 'stopped' : 'failed';
}
