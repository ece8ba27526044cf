import { asH2gError } from '../../domain/error.ts';
import type { TraceContext } from '../../domain/trace-context.ts';

/** Ids, counts and codes; no name or address of a slide, as traces go to where those of other programs lie. Undefined is left out. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean | undefined>>;

export interface SpanFacts {
  /** Of a kind of work, not of one piece of it. */
  readonly name: string;
  readonly attributes?: SpanAttributes;
  /** What it hangs under; left out, under the span that is active, and where there is none it begins a trace. */
  readonly parent?: TraceContext | undefined;
  readonly links?: readonly TraceContext[];
  /** Under which others hang what they are asked for from within it and may do after it has ended; itself, unless given. */
  readonly handsOn?: TraceContext | undefined;
  /** In milliseconds since 1970; now, unless given. */
  readonly startedAtMs?: number | undefined;
  /** Where several processes must speak of one span before it has ended: lower-case hex, 32 and 16 digits. The first counts only where a trace begins. */
  readonly ids?: { readonly traceId: string; readonly spanId: string };
  /** Its work came as a message, or by a task queue. */
  readonly isConsumer?: boolean;
}

export interface SpanEnd {
  /** The code of the error that it ended with. */
  readonly failed?: string | undefined;
  readonly atMs?: number | undefined;
}

/** A span that has begun. One that is never ended is never sent. */
export interface OpenSpan {
  /** Undefined where nothing is traced. */
  readonly context: TraceContext | undefined;
  /** Does `work` with this span active, whatever it awaits. */
  within<T>(work: () => T): T;
  set(attributes: SpanAttributes): void;
  end(how?: SpanEnd): void;
}

export interface Tracing {
  open(facts: SpanFacts): OpenSpan;
  /** Of the span that is active, or what that hands on: to be sent along. */
  active(): TraceContext | undefined;
  /** Sends what is left, for two seconds at most; never throws. */
  close(): Promise<void>;
}

export const NO_SPAN: OpenSpan = {
  context: undefined,
  within: (work) => work(),
  set: () => undefined,
  end: () => undefined,
};

/** Where nobody listens. */
export const NO_TRACING: Tracing = {
  open: () => NO_SPAN,
  active: () => undefined,
  close: async () => undefined,
};

/** `work` as a span; fails as it does. */
export async function inSpan<T>(tracing: Tracing, facts: SpanFacts, work: (span: OpenSpan) => Promise<T>): Promise<T> {
  const span = tracing.open(facts);
  try {
    const result = await span.within(() => work(span));
    span.end();
    return result;
  } catch (thrown) {
    span.end({ failed: codeOf(thrown) });
    throw thrown;
  }
}

const codeOf = (thrown: unknown): string =>
  thrown instanceof Error && thrown.name === 'AbortError' ? 'interrupted' : asH2gError(thrown).code;

/** `work` as a part of the span that is active; where none is, nothing is traced. */
export const inStage = <T>(tracing: Tracing, name: string, work: () => Promise<T>): Promise<T> =>
  tracing.active() === undefined ? work() : inSpan(tracing, { name }, work);

/** @example traceIdOf({ traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' }) // '4bf92f3577b34da6a3ce929d0e0e4736' */
export const traceIdOf = (context: TraceContext | undefined): string | undefined => context?.traceparent.split('-')[1];
