import { S3ServiceException } from '@aws-sdk/client-s3';
import { certificateFault } from '../../domain/certificate-fault.ts';
import { H2gError, type ErrorCode, type ErrorFacts } from '../../domain/error.ts';
import { schemeFault } from './scheme-fault.ts';

/** What was being done, for the message. */
export interface S3Attempt {
  readonly doing: 'read' | 'write' | 'list' | 'delete' | 'make';
  readonly bucket: string;
  readonly key?: string;
  readonly endpoint: string;
}

type StoreFault = Extract<
  ErrorCode,
  'store-unreachable' | 'store-denied' | 'object-missing' | 'object-changed' | 'disk-full'
>;

/** Names that S3 servers and Node give to faults; MinIO's own begin with X. */
const FAULT_OF_NAME: Readonly<Record<string, StoreFault>> = {
  InvalidAccessKeyId: 'store-denied',
  SignatureDoesNotMatch: 'store-denied',
  AccessDenied: 'store-denied',
  XAdminUserNotFound: 'store-denied', // VersityGW, with status 404
  InvalidToken: 'store-denied',
  ExpiredToken: 'store-denied',
  RequestTimeTooSkewed: 'store-denied',
  NoSuchKey: 'object-missing',
  NoSuchBucket: 'object-missing',
  NotFound: 'object-missing',
  PreconditionFailed: 'object-changed',
  XMinioStorageFull: 'disk-full',
  XMinioBackendDown: 'store-unreachable',
  XMinioServerNotInitialized: 'store-unreachable',
  InsufficientStorage: 'disk-full',
  QuotaExceeded: 'disk-full',
  XMinioAdminBucketQuotaExceeded: 'disk-full',
  ENOSPC: 'disk-full',
  EDQUOT: 'disk-full',
  ECONNREFUSED: 'store-unreachable',
  ECONNRESET: 'store-unreachable',
  EPIPE: 'store-unreachable',
  ENOTFOUND: 'store-unreachable',
  EAI_AGAIN: 'store-unreachable',
  EHOSTUNREACH: 'store-unreachable',
  ENETUNREACH: 'store-unreachable',
  ETIMEDOUT: 'store-unreachable',
  TimeoutError: 'store-unreachable',
  SlowDown: 'store-unreachable',
  ServiceUnavailable: 'store-unreachable',
  InternalError: 'store-unreachable',
  RequestTimeout: 'store-unreachable',
};

/** For answers without a name, as those to HEAD are. */
const FAULT_OF_STATUS: Readonly<Record<number, StoreFault>> = {
  401: 'store-denied',
  403: 'store-denied',
  404: 'object-missing',
  412: 'object-changed',
  500: 'store-unreachable',
  502: 'store-unreachable',
  503: 'store-unreachable',
  504: 'store-unreachable',
  507: 'disk-full',
};

const FACTS: Record<StoreFault, (attempt: string, endpoint: string) => Omit<ErrorFacts, 'code'>> = {
  'store-unreachable': (attempt, endpoint) => ({
    message: `The object store at ${endpoint} does not answer (${attempt}).`,
    hint: 'Look whether it runs and whether H2G_S3_ENDPOINT is its address (https:// where it speaks TLS), then try again.',
  }),
  'store-denied': (attempt, endpoint) => ({
    message: `The object store at ${endpoint} refuses: ${attempt}.`,
    hint: 'Check H2G_S3_ACCESS_KEY and H2G_S3_SECRET_KEY (or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY), what they may do, and the clocks of both machines.',
  }),
  'object-missing': (attempt) => ({
    message: `There is no such object or bucket: ${attempt}.`,
    hint: 'Check the name of bucket and key; upper and lower case differ. A new site has no bucket until `h2g setup` has made it.',
  }),
  'object-changed': (attempt) => ({
    message: `The object was replaced meanwhile: ${attempt}.`,
    hint: 'Start again with the object as it is now.',
  }),
  'disk-full': (attempt, endpoint) => ({
    message: `The object store at ${endpoint} has no room left: ${attempt}.`,
    hint: 'Free space on its disks (or raise the quota), then start the run again: it goes on where it stopped.',
  }),
};

/** MinIO calls a full disk an internal error too, and says so only in its sentence. */
const NO_ROOM = /no space left|disk quota exceeded/i;

/** The fault behind what the SDK or Node threw, if it is one that is known. */
function faultOf(thrown: unknown): StoreFault | undefined {
  for (let error = thrown, depth = 0; error instanceof Error && depth < 5; error = error.cause, depth++) {
    if (NO_ROOM.test(error.message)) return 'disk-full';
    const names = [error.name, 'code' in error ? String(error.code) : '', 'Code' in error ? String(error.Code) : ''];
    const named = names.map((name) => FAULT_OF_NAME[name]).find((fault) => fault !== undefined);
    if (named) return named;
    const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
    const byStatus = status === undefined ? undefined : FAULT_OF_STATUS[status];
    if (byStatus) return byStatus;
    // A name that resolves to several addresses: Node hides the faults of each inside.
    if (error instanceof AggregateError) return faultOf(error.errors[0]);
  }
  return undefined;
}

const sentence = ({ doing, bucket, key }: S3Attempt, thrown: unknown): string => {
  const what = `${doing} ${key === undefined ? `bucket "${bucket}"` : `"${key}" in bucket "${bucket}"`}`;
  if (!(thrown instanceof Error)) return what;
  const code = 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : thrown.name;
  // An answer to HEAD has no body, and so no name.
  const status = thrown instanceof S3ServiceException ? thrown.$metadata.httpStatusCode : undefined;
  if (code.startsWith('Unknown') && status !== undefined) return `${what}: HTTP ${status}`;
  return code === 'Error' ? what : `${what}: ${code}`;
};

/**
 * What went wrong in the store, in the project's words: `store-unreachable`, `store-denied`, `object-missing`, `object-changed`,
 * `disk-full`. An abort and an `H2gError` stay what they are; what nobody foresaw becomes `store-unreachable`, so that it is tried again.
 */
export function s3Error(thrown: unknown, attempt: S3Attempt): unknown {
  if (thrown instanceof H2gError || (thrown instanceof Error && thrown.name === 'AbortError')) return thrown;
  const code = faultOf(thrown) ?? 'store-unreachable';
  const said = sentence(attempt, thrown);
  const line = certificateFault(thrown) ?? schemeFault(thrown, attempt.endpoint);
  const facts = line
    ? { message: `The object store at ${attempt.endpoint} ${line.what} (${said}).`, hint: line.hint }
    : FACTS[code](said, attempt.endpoint);
  return new H2gError({ code, ...facts }, { cause: thrown });
}
