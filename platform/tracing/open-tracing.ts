import { asH2gError } from '../../domain/error.ts';
import { withoutEmpty, type Environment } from '../config-variables.ts';
import { readSecret } from '../read-secret.ts';
import type { OtelOptions } from './otel-tracing.ts';
import { NO_TRACING, type Tracing } from './tracing.ts';

/** The only one that is spoken. */
const PROTOCOL = 'http/protobuf';
/** What the exporter reads for an encrypted line. Where it cannot, it goes on without, and names neither variable nor file. */
const FILES = ['CERTIFICATE', 'CLIENT_CERTIFICATE', 'CLIENT_KEY'];

/**
 * Traces for whom OpenTelemetry's own variables ask for them (OTEL_EXPORTER_OTLP_ENDPOINT above all), else none, and then no library is loaded either.
 * What is wrong with them, or with the collector, is told and hinders no work.
 */
export async function openTracing(env: Environment, options: OtelOptions): Promise<Tracing> {
  const asked = await askedFor(env);
  if (asked === 'nothing') return NO_TRACING;
  if (asked !== 'traces') {
    options.onTrouble(`Nothing is traced: ${asked.wrong}`);
    return NO_TRACING;
  }
  const { createOtelTracing } = await import('./otel-tracing.ts');
  return createOtelTracing(options);
}

/** In the words of OpenTelemetry's specification; all else is read by its SDK. */
async function askedFor(env: Environment): Promise<'nothing' | 'traces' | { wrong: string }> {
  const given = withoutEmpty(env);
  const [place, endpoint] = firstOf(given, ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT']);
  if (endpoint === undefined || given['OTEL_SDK_DISABLED']?.toLowerCase() === 'true') return 'nothing';
  if (given['OTEL_TRACES_EXPORTER'] === 'none') return 'nothing';
  if (!/^https?:\/\//.test(endpoint) || !URL.canParse(endpoint))
    return { wrong: `${place} must be an http:// or https:// URL, for example http://collector:4318.` };
  const [how, protocol] = firstOf(given, ['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', 'OTEL_EXPORTER_OTLP_PROTOCOL']);
  if (protocol !== undefined && protocol !== PROTOCOL)
    return { wrong: `${how} is ${protocol}, and only ${PROTOCOL} is spoken.` };
  return readable(given);
}

async function readable(given: Record<string, string>): Promise<'traces' | { wrong: string }> {
  try {
    for (const file of FILES) {
      const [variable = '', path] = firstOf(given, [`OTEL_EXPORTER_OTLP_TRACES_${file}`, `OTEL_EXPORTER_OTLP_${file}`]);
      await readSecret(variable, path);
    }
    return 'traces';
  } catch (thrown) {
    return { wrong: asH2gError(thrown).message };
  }
}

const firstOf = (
  given: Record<string, string>,
  names: readonly string[],
): readonly [string | undefined, string | undefined] => {
  const name = names.find((one) => given[one] !== undefined);
  return [name, name === undefined ? undefined : given[name]];
};
