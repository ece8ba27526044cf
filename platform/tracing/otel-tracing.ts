import { AsyncLocalStorage } from 'node:async_hooks';
import {
  createContextKey,
  createTraceState,
  diag,
  DiagLogLevel,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Context,
  type Span,
} from '@opentelemetry/api';
import { parseTraceParent } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  RandomIdGenerator,
  type IdGenerator,
} from '@opentelemetry/sdk-trace-base';
import type { TraceContext } from '../../domain/trace-context.ts';
import { steadyClock } from './steady-clock.ts';
import { watchExporter } from './watch-exporter.ts';
import type { OpenSpan, SpanFacts, Tracing } from './tracing.ts';

export interface OtelOptions {
  /** Unless OTEL_SERVICE_NAME says otherwise. */
  readonly service: string;
  readonly version: string;
  /** Which of several. */
  readonly instance?: string;
  /** Told in a sentence, once, when spans begin to be lost, and what of the settings is not understood. */
  readonly onTrouble: (message: string) => void;
  /** Told when they arrive again. */
  readonly onMended?: () => void;
}

const CLOSE_WITHIN_MS = 2_000;
const HANDED_ON = createContextKey('handed on');

/** Traces by OpenTelemetry's SDK, which reads where to, how many and as whom from its own OTEL_ variables. */
export function createOtelTracing(options: OtelOptions): Tracing {
  const ids = new ChosenIds();
  const { provider, isAway } = listening(options.onTrouble, () => openProvider(options, ids));
  const tracer = provider.getTracer('h2g-flow', options.version);
  // Not the API's global one: who traces here has it in hand.
  const storage = new AsyncLocalStorage<Context>();
  const now = steadyClock();

  const open = ({
    name,
    attributes,
    parent,
    handsOn,
    links = [],
    startedAtMs = now(),
    ids: chosen,
    isConsumer,
  }: SpanFacts): OpenSpan => {
    const under = parent === undefined ? (storage.getStore() ?? ROOT_CONTEXT) : contextOf(parent);
    ids.next = chosen;
    const span = tracer.startSpan(
      name,
      {
        kind: isConsumer === true ? SpanKind.CONSUMER : SpanKind.INTERNAL,
        ...(attributes === undefined ? {} : { attributes: given(attributes) }),
        startTime: startedAtMs,
        links: links.flatMap((link) => trace.getSpanContext(contextOf(link)) ?? []).map((context) => ({ context })),
      },
      under,
    );
    ids.next = undefined;
    const within = trace.setSpan(under, span);
    return wrap(span, handsOn === undefined ? within : within.setValue(HANDED_ON, handsOn), { storage, now });
  };

  return {
    open,
    active() {
      const within = storage.getStore() ?? ROOT_CONTEXT;
      return (within.getValue(HANDED_ON) as TraceContext | undefined) ?? placeOf(trace.getSpan(within));
    },
    async close() {
      // A collector that was not there a moment ago is not waited for.
      if (isAway()) return;
      const timeout = new AbortController();
      const late = new Promise<'late'>((resolve) => {
        const timer = setTimeout(() => resolve('late'), CLOSE_WITHIN_MS);
        timeout.signal.addEventListener('abort', () => clearTimeout(timer));
      });
      const ended = await Promise.race([provider.shutdown().catch(() => undefined), late]);
      timeout.abort();
      // The SDK tries longer than anybody waits at the end.
      if (ended === 'late' && !isAway())
        options.onTrouble(`Traces did not reach their collector within ${CLOSE_WITHIN_MS / 1_000} s.`);
    },
  };
}

function openProvider(
  { service, version, instance, onTrouble, onMended = () => undefined }: OtelOptions,
  idGenerator: IdGenerator,
): { provider: BasicTracerProvider; isAway: () => boolean } {
  const { exporter, isAway } = watchExporter(new OTLPTraceExporter(), { onTrouble, onMended });
  const ours = resourceFromAttributes({
    'service.name': service,
    'service.version': version,
    ...(instance === undefined ? {} : { 'service.instance.id': instance }),
  });
  const resource = defaultResource()
    .merge(ours)
    .merge(detectResources({ detectors: [envDetector] }));
  const provider = new BasicTracerProvider({
    resource,
    idGenerator,
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
  return { provider, isAway };
}

/** While it is set up, the SDK complains of variables that it does not understand; later it would of every failed try. */
function listening<T>(hear: (message: string) => void, work: () => T): T {
  const tell = (message: string): void => hear(message);
  diag.setLogger(
    { error: tell, warn: tell, info: () => undefined, debug: () => undefined, verbose: () => undefined },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  try {
    return work();
  } finally {
    diag.disable();
  }
}

/** The SDK asks for ids while a span is begun. */
class ChosenIds implements IdGenerator {
  readonly #random = new RandomIdGenerator();
  next: SpanFacts['ids'] | undefined;
  readonly generateTraceId = (): string => this.next?.traceId ?? this.#random.generateTraceId();
  readonly generateSpanId = (): string => this.next?.spanId ?? this.#random.generateSpanId();
}

interface Process {
  readonly storage: AsyncLocalStorage<Context>;
  readonly now: () => number;
}

const wrap = (span: Span, context: Context, { storage, now }: Process): OpenSpan => ({
  context: placeOf(span),
  within: (work) => storage.run(context, work),
  set: (attributes) => void span.setAttributes(given(attributes)),
  end({ failed, atMs } = {}) {
    if (failed !== undefined) {
      span.setAttribute('error.type', failed);
      span.setStatus({ code: SpanStatusCode.ERROR, message: failed });
    }
    span.end(atMs ?? now());
  },
});

const given = (attributes: Readonly<Record<string, string | number | boolean | undefined>>) =>
  Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));

function placeOf(span: Span | undefined): TraceContext | undefined {
  if (span === undefined) return undefined;
  const { traceId, spanId, traceFlags, traceState } = span.spanContext();
  const traceparent = `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
  const tracestate = traceState?.serialize();
  return tracestate === undefined || tracestate === '' ? { traceparent } : { traceparent, tracestate };
}

/** What cannot be read begins a trace of its own. */
function contextOf({ traceparent, tracestate }: TraceContext): Context {
  const parsed = parseTraceParent(traceparent);
  if (parsed === null) return ROOT_CONTEXT;
  const traceState = tracestate === undefined ? {} : { traceState: createTraceState(tracestate) };
  return trace.setSpanContext(ROOT_CONTEXT, { ...parsed, ...traceState, isRemote: true });
}
