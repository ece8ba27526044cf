import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { ByteRange, ByteSource, OpenByteSource } from '../../domain/byte-source.ts';
import { H2gError, type ErrorFacts } from '../../domain/error.ts';
import type { S3Settings } from '../server-settings.ts';
import { createS3Client } from './create-s3-client.ts';
import { headObject, unquoted } from './head-object.ts';
import { s3Error } from './s3-error.ts';
import { s3Location, type S3Location } from './s3-location.ts';

export interface S3SourceOpener {
  /** Opens `s3://bucket/key`; every later read is pinned to the object as it was then (or as `version` says). */
  readonly open: OpenByteSource;
  close(): void;
}

interface Opened extends S3Location {
  readonly url: URL;
  readonly client: S3Client;
  readonly endpoint: string;
  readonly sizeBytes: number;
  /** The ETag without quotes. */
  readonly version: string;
}

/**
 * Slides in a store, by ranges. One opener holds one pool of connections for all slides.
 * @throws H2gError from `open`: `slide-missing`, `slide-changed`, `store-denied`, `store-unreachable`, `usage`
 */
export function createS3SourceOpener(settings: Omit<S3Settings, 'bucket'>): S3SourceOpener {
  const client = createS3Client(settings);
  return {
    async open(url, { version, signal } = {}) {
      const location = s3Location(url);
      const facts = await headSlide(client, { ...location, endpoint: settings.endpoint, signal });
      if (version !== undefined && version !== facts.version)
        throw changed(url, `${version} before, ${facts.version} now`);
      return sourceOf({ ...location, ...facts, url, client, endpoint: settings.endpoint });
    },
    close: () => client.destroy(),
  };
}

async function headSlide(
  client: S3Client,
  { signal, ...place }: S3Location & { endpoint: string; signal: AbortSignal | undefined },
): Promise<{ sizeBytes: number; version: string }> {
  try {
    const facts = await headObject(client, place, signal);
    if (facts !== undefined) return { sizeBytes: facts.sizeBytes, version: facts.etag };
  } catch (thrown) {
    signal?.throwIfAborted();
    throw asSlideError(s3Error(thrown, { doing: 'read', ...place }), 'slide-missing');
  }
  throw missing(place);
}

function sourceOf(opened: Opened): ByteSource {
  const { url, sizeBytes, version } = opened;
  return {
    url,
    sizeBytes,
    version,
    fetch: async (range, { signal } = {}) => {
      signal?.throwIfAborted();
      requireInside(opened, range);
      return range.length === 0 ? new Uint8Array() : fetchRange(opened, range, signal);
    },
    /** The connections belong to the opener. */
    close: async () => undefined,
  };
}

async function fetchRange(opened: Opened, range: ByteRange, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const { client, bucket, key, endpoint, url, version } = opened;
  try {
    const { Body, ETag } = await client.send(
      new GetObjectCommand({
        Bucket: bucket,
        Key: key,
        Range: `bytes=${range.offset}-${range.offset + range.length - 1}`,
        IfMatch: `"${version}"`,
      }),
      signal === undefined ? {} : { abortSignal: signal },
    );
    // A store may ignore If-Match; what it answered tells all the same.
    const now = unquoted(ETag);
    if (now !== version) throw changed(url, `${version} before, ${now} now`);
    const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
    if (bytes.length !== range.length) throw short(url, range, bytes.length);
    return bytes;
  } catch (thrown) {
    throw asSlideError(s3Error(thrown, { doing: 'read', bucket, key, endpoint }), 'slide-changed');
  }
}

/** A slide's own words for what the store said: gone on opening is `slide-missing`, gone later is `slide-changed`; a broken line is `slide-io`. */
function asSlideError(thrown: unknown, gone: 'slide-missing' | 'slide-changed'): unknown {
  if (!(thrown instanceof H2gError)) return thrown;
  const { code, message, hint } = thrown.facts;
  const facts: Partial<Record<typeof code, ErrorFacts>> = {
    'object-missing': { code: gone, message, hint },
    'object-changed': { code: 'slide-changed', message, hint },
    ...(gone === 'slide-changed' ? { 'store-unreachable': { code: 'slide-io', message, hint } } : {}),
  };
  const own = facts[code];
  return own === undefined ? thrown : new H2gError(own, { cause: thrown.cause });
}

const missing = ({ bucket, key }: S3Location): H2gError =>
  new H2gError({
    code: 'slide-missing',
    message: `There is no slide "${key}" in bucket "${bucket}".`,
    hint: 'Check the name of bucket and key; upper and lower case differ.',
  });

const changed = (url: URL, versions: string): H2gError =>
  new H2gError({
    code: 'slide-changed',
    message: `The slide ${url.href} was replaced while it was being read: ETag ${versions}.`,
    hint: 'Start the run again: the new content is a new run. Let slides alone in the store while they are analysed.',
  });

const short = (url: URL, { offset, length }: ByteRange, got: number): H2gError =>
  new H2gError({
    code: 'slide-io',
    message: `Bytes ${offset} to ${offset + length - 1} of ${url.href} were asked for, ${got} of ${length} came.`,
    hint: 'The line or the store broke off; trying again usually helps.',
  });

function requireInside({ url, sizeBytes }: Opened, { offset, length }: ByteRange): void {
  if (
    Number.isSafeInteger(offset) &&
    Number.isSafeInteger(length) &&
    offset >= 0 &&
    length >= 0 &&
    offset + length <= sizeBytes
  )
    return;
  throw new H2gError({
    code: 'slide-truncated',
    message: `The slide ${url.href} has ${sizeBytes} bytes; its content points at ${length} bytes from ${offset}.`,
    hint: 'The file is probably cut off: compare its size with the original and copy it again.',
  });
}
