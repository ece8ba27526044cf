import type { WorkflowClientInterceptor } from '@temporalio/client';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { z } from 'zod';
import { TRACE_HEADER, type TraceContext } from '../../domain/trace-context.ts';

const Carried = z.object({ traceparent: z.string(), tracestate: z.string().optional() });

/** Undefined where nothing is carried, or nothing that can be read. */
export function traceOfHeader(payload: Payload | null | undefined): TraceContext | undefined {
  if (payload === undefined || payload === null) return undefined;
  try {
    return Carried.parse(defaultPayloadConverter.fromPayload(payload));
  } catch {
    return undefined;
  }
}

/** Workflows that are started while a span is active know of it. */
export const sendTrace = (active: () => TraceContext | undefined): WorkflowClientInterceptor => ({
  startWithDetails(input, next) {
    const place = active();
    if (place === undefined) return next(input);
    return next({ ...input, headers: { ...input.headers, [TRACE_HEADER]: defaultPayloadConverter.toPayload(place) } });
  },
});
