import { headers, type MsgHdrs } from 'nats';
import type { TraceContext } from '../../domain/trace-context.ts';

const PARENT = 'traceparent';
const STATE = 'tracestate';

/** As W3C names them, so that any tool that traces messages understands. */
export function traceHeaders({ traceparent, tracestate }: TraceContext): MsgHdrs {
  const carried = headers();
  carried.set(PARENT, traceparent);
  if (tracestate !== undefined) carried.set(STATE, tracestate);
  return carried;
}

/** Undefined where whoever sent it traces nothing, or did not know of traces yet. */
export function traceOf(carried: MsgHdrs | undefined): TraceContext | undefined {
  const traceparent = carried?.get(PARENT) ?? '';
  if (traceparent === '') return undefined;
  const tracestate = carried?.get(STATE) ?? '';
  return tracestate === '' ? { traceparent } : { traceparent, tracestate };
}
