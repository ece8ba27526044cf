import { pino, type DestinationStream } from 'pino';
import { H2gError } from '../domain/error.ts';
import type { LogLevel } from './config-variables.ts';

/** `Noun:Verb`, for example `TileBatch:Scored`. */
export type LogEvent = `${string}:${string}`;
export type LogFields = Readonly<Record<string, unknown>>;

/** Fields first, the event's name last; ids on every line, no sentences. */
export interface Log {
  debug(fields: LogFields, event: LogEvent): void;
  info(fields: LogFields, event: LogEvent): void;
  warn(fields: LogFields, event: LogEvent): void;
  error(fields: LogFields, event: LogEvent): void;
  /** The same log with these fields on every line. */
  child(fields: LogFields): Log;
}

export interface LogOptions {
  readonly level: LogLevel;
  /** Which process speaks. */
  readonly name: string;
  /** Standard output unless given: workers have nothing else to say there, and collectors read it. A CLI passes standard error. */
  readonly destination?: DestinationStream;
}

const REDACTED_NAMES = ['secretKey', 'accessKey', 'password', 'token', 'authorization', 'credentials'];
const REDACTED = REDACTED_NAMES.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

const MAX_CAUSES = 5;

/** Only what is known to be harmless: client libraries hang requests, with their signatures, onto their errors. */
function errorFields(thrown: unknown, depth = 0): LogFields {
  if (!(thrown instanceof Error)) return { message: String(thrown) };
  return {
    type: thrown.name,
    ...(thrown instanceof H2gError ? { code: thrown.code, hint: thrown.hint } : {}),
    message: withoutUrlSecrets(thrown.message),
    stack: withoutUrlSecrets(thrown.stack ?? ''),
    ...(thrown.cause !== undefined && depth < MAX_CAUSES ? { cause: errorFields(thrown.cause, depth + 1) } : {}),
  };
}

/** @example withoutUrlSecrets('nats://me:pw@host:4222') // 'nats://***@host:4222' */
export const withoutUrlSecrets = (text: string): string => text.replaceAll(/(\w+:\/\/)[^/\s@]+@/g, '$1***@');

/** JSON lines with an event name in `event`; errors go under the field `error`. */
export function createLog({ level, name, destination }: LogOptions): Log {
  const options = {
    level,
    name,
    messageKey: 'event',
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: REDACTED, censor: '(hidden)' },
    serializers: { error: (thrown: unknown) => errorFields(thrown) },
  };
  return wrap(destination === undefined ? pino(options) : pino(options, destination));
}

function wrap(logger: pino.Logger): Log {
  return {
    debug: (fields, event) => logger.debug(fields, event),
    info: (fields, event) => logger.info(fields, event),
    warn: (fields, event) => logger.warn(fields, event),
    error: (fields, event) => logger.error(fields, event),
    child: (fields) => wrap(logger.child(fields)),
  };
}

/** For tests and for callers that do not want to hear. */
export const SILENT_LOG: Log = createLog({ level: 'silent', name: 'silent' });
