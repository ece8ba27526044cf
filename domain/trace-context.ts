/** What a trace needs to go on elsewhere. Plain data, so that it may cross workflows and messages; what it means is known in platform/tracing/. */

/** A place in a trace, in the words of W3C Trace Context. */
export interface TraceContext {
  /** @example '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' */
  readonly traceparent: string;
  readonly tracestate?: string | undefined;
}

/** Temporal header with the place under which a workflow's spans hang; Temporal's own interceptors, in any language, use the same one. */
export const TRACE_HEADER = '_tracer-data';
/** Temporal header with a place that a workflow's trace is linked to, yet is no part of: that of its cohort, for example. */
export const LINK_HEADER = 'h2g-trace-link';
