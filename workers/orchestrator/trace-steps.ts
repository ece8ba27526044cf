import { ApplicationFailure } from '@temporalio/common';
import type { ActivityInterceptorsFactory, InjectedSinks } from '@temporalio/worker';
import { TRACE_HEADER, type TraceContext } from '../../domain/trace-context.ts';
import { traceOfHeader } from '../../platform/temporal/trace-headers.ts';
import { traceIdOf, type OpenSpan, type SpanEnd, type Tracing } from '../../platform/tracing/tracing.ts';
import type { ToldExecution, TraceSinks } from '../../workflows/pass-trace.ts';
import { endOfStep } from './end-of-step.ts';
import { idsOf } from './execution-ids.ts';

/** What the workers of an orchestrator must be made with. */
export interface StepTracing {
  readonly interceptors: { readonly activity: ActivityInterceptorsFactory[] };
  readonly sinks: InjectedSinks<TraceSinks>;
}

/** Each execution of a workflow as a span, and each of its steps as a part of it. */
export function traceSteps(tracing: Tracing): StepTracing {
  const traceStep: ActivityInterceptorsFactory = ({ info }) => ({
    inbound: {
      async execute(input, next) {
        const { activityType, attempt, workflowExecution, workflowType } = info;
        if (workflowExecution === undefined) return next(input);
        const execution = { ...workflowExecution, workflowType: workflowType ?? '' };
        const parent = traceOfHeader(input.headers[TRACE_HEADER]);
        const { context } = openExecution(tracing, execution, { parent });
        const attributes = { ...idsOf(execution), attempt };
        // Batches are worked on long after the step that dispatched them: they are parts of the run, not of the step.
        const place = { parent: context, handsOn: context };
        const step = tracing.open({ name: activityType, ...place, attributes, isConsumer: true });
        try {
          const result = await step.within(() => next(input));
          step.set({ end: 'done' });
          step.end();
          return result;
        } catch (thrown) {
          endStep(step, thrown);
          throw thrown;
        }
      },
    },
  });
  const ended = (execution: EndedExecution, told: ToldExecution): void => {
    const { workflowType, workflowId, runId, startTime, parent, continuedFromExecutionRunId } = execution;
    const before = parent?.runId ?? continuedFromExecutionRunId;
    const link = before === undefined ? [] : [placeOfExecution(before, traceOfHeader(told.link))];
    const span = openExecution(
      tracing,
      { workflowType, workflowId, runId },
      { parent: traceOfHeader(told.trace), startedAtMs: startTime.getTime(), links: link },
    );
    span.set({ end: told.end });
    span.end({ atMs: told.endedAtMs, failed: told.end === 'failed' ? 'run-failed' : undefined });
  };
  return { interceptors: { activity: [traceStep] }, sinks: { h2gTrace: { ended: { fn: ended } } } };
}

interface Execution {
  readonly workflowType: string;
  readonly workflowId: string;
  /** Temporal's own, a UUID. */
  readonly runId: string;
}

interface EndedExecution extends Execution {
  readonly startTime: Date;
  readonly parent?: { readonly runId: string };
  readonly continuedFromExecutionRunId?: string;
}

interface Told {
  readonly parent: TraceContext | undefined;
  readonly startedAtMs?: number;
  readonly links?: readonly TraceContext[];
}

/**
 * Steps in several orchestrators hang under this span long before it has ended and whoever sees that sends it, so its id follows from the execution's.
 * So does the trace's where nobody above traces: it is then Temporal's run id without its hyphens.
 */
const openExecution = (tracing: Tracing, execution: Execution, told: Told): OpenSpan =>
  tracing.open({
    name: execution.workflowType,
    attributes: { ...idsOf(execution), temporalRunId: execution.runId },
    // One that is not traced further up begins a trace, whatever is active here.
    ...told,
    parent: told.parent ?? NOWHERE,
    ids: idsOfSpan(execution.runId),
  });

const NOWHERE: TraceContext = { traceparent: '' };

function idsOfSpan(temporalRunId: string): { traceId: string; spanId: string } {
  const traceId = temporalRunId.replaceAll('-', '');
  return { traceId, spanId: traceId.slice(16) };
}

/** @param above what that execution was started under */
function placeOfExecution(temporalRunId: string, above: TraceContext | undefined): TraceContext {
  const { traceId, spanId } = idsOfSpan(temporalRunId);
  return { traceparent: `00-${traceIdOf(above) ?? traceId}-${spanId}-01` };
}

function endStep(step: OpenSpan, thrown: unknown): void {
  const end = endOfStep(thrown);
  const type = thrown instanceof ApplicationFailure ? thrown.type : undefined;
  const how: SpanEnd = end === 'failed' ? { failed: type ?? 'internal' } : {};
  step.set({ end });
  step.end(how);
}
