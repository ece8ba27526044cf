import { withoutEmpty, type Environment } from '../config-variables.ts';
import type { OtelOptions } from './otel-tracing.ts';
import { NO_TRACING, type Tracing } from './tracing.ts';

/** The only one that is spoken. */
const PROTOCOL = 'http/protobuf';

/**
 * Traces for whom OpenTelemetry's own variables ask for them (OTEL_EXPORTER_OTLP_ENDPOINT above all), else none, and then no library is loaded either.
 * What is wrong with them, or with the collector, is told and hinders no work.
 */
export async function openTracing(env: Environment, options: OtelOptions): Promise<Tracing> {
  const asked = askedFor(env);
  if (asked === 'nothing') return NO_TRACING;
  if (asked !== 'traces') {
    options.onTrouble(`Nothing is traced: ${asked.wrong}.`);
    return NO_TRACING;
  }
  const { createOtelTracing } = await import('./otel-tracing.ts');
  return createOtelTracing(options);
}

/** In the words of OpenTelemetry's specification; all else is read by its SDK. */
function askedFor(env: Environment): 'nothing' | 'traces' | { wrong: string } {
  const given = withoutEmpty(env);
  const [place, endpoint] = firstOf(given, ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT']);
  if (endpoint === undefined || given['OTEL_SDK_DISABLED']?.toLowerCase() === 'true') return 'nothing';
  if (given['OTEL_TRACES_EXPORTER'] === 'none') return 'nothing';
  if (!/^https?:\/\//.test(endpoint) || !URL.canParse(endpoint))
    return { wrong: `${place} must be an http:// or https:// URL, for example http://collector:4318` };
  const [how, protocol] = firstOf(given, ['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', 'OTEL_EXPORTER_OTLP_PROTOCOL']);
  if (protocol !== undefined && protocol !== PROTOCOL)
    return { wrong: `${how} is ${protocol}, and only ${PROTOCOL} is spoken` };
  return 'traces';
}

const firstOf = (
  given: Record<string, string>,
  names: readonly string[],
): readonly [string | undefined, string | undefined] => {
  const name = names.find((one) => given[one] !== undefined);
  return [name, name === undefined ? undefined : given[name]];
};
