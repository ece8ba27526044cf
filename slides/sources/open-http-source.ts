import type { ByteRange, ByteSource, OpenByteSource } from '../../domain/byte-source.ts';
import type { H2gError } from '../../domain/error.ts';
import { slideError } from '../slide-error.ts';
import { placeOf } from '../slide-name.ts';
import type { Lookup } from './guarded-lookup.ts';
import { createRequestRange, type RangeAnswer, type RequestRange } from './http-range.ts';
import { pastTheEnd } from './past-the-end.ts';
import { RETRIES, retry } from './retry.ts';
import { withRetries } from './with-retries.ts';

/** A server that is silent is told at once, and the step tried again: somebody looks at the progress of the run. */
const OPENING_MS = 5_000;

/**
 * Opens an `http:` or `https:` URL on a server that answers range requests. Its version is the ETag, else time of change and
 * size; every answer is compared with it. Redirects are refused, and so are link-local and metadata addresses, whatever name leads there.
 */
export const openHttpSource: OpenByteSource = createHttpOpener(RETRIES);

/** The same with other pauses between tries, or another way to resolve names. */
export function createHttpOpener(retries: { attempts: number; firstDelayMs: number }, lookup?: Lookup): OpenByteSource {
  const requestRange = createRequestRange(lookup);
  return async (url, options) => {
    const signal = options?.signal;
    const ask = (): Promise<RangeAnswer> => requestRange(url, { offset: 0, length: 1 }, signal);
    const first = await retry(ask, { ...retries, withinMs: OPENING_MS, signal });
    const pinned = { version: first.version, sizeBytes: first.totalBytes };
    if (options?.version !== undefined && options.version !== pinned.version) {
      throw changed(url, options.version, pinned.version);
    }
    return withRetries(retries)(httpSource(url, { pinned, requestRange }));
  };
}

interface Pinned {
  readonly version: string;
  readonly sizeBytes: number;
}

interface Reading {
  readonly pinned: Pinned;
  readonly requestRange: RequestRange;
}

const httpSource = (url: URL, { pinned, requestRange }: Reading): ByteSource => ({
  url,
  ...pinned,
  async fetch(range, options) {
    options?.signal?.throwIfAborted();
    if (range.offset + range.length > pinned.sizeBytes) throw pastTheEnd(placeOf(url), range, pinned.sizeBytes);
    if (range.length === 0) return new Uint8Array(0);
    const answer = await requestRange(url, range, options?.signal);
    checkAnswer(url, { pinned, range, answer });
    return answer.bytes;
  },
  close: async () => {},
});

interface Exchange {
  readonly pinned: Pinned;
  readonly range: ByteRange;
  readonly answer: RangeAnswer;
}

function checkAnswer(url: URL, { pinned, range, answer }: Exchange): void {
  if (answer.version !== pinned.version) throw changed(url, pinned.version, answer.version);
  if (answer.totalBytes !== pinned.sizeBytes)
    throw changed(url, `${pinned.sizeBytes} bytes`, `${answer.totalBytes} bytes`);
  if (answer.offset !== range.offset || answer.bytes.byteLength !== range.length) {
    throw slideError(
      'slide-io',
      placeOf(url),
      `gave ${answer.bytes.byteLength} bytes from byte ${answer.offset} where ${range.length} from ${range.offset} were asked for.`,
    );
  }
}

const changed = (url: URL, pinned: string, found: string): H2gError =>
  slideError('slide-changed', placeOf(url), `has changed: expected version ${pinned}, found ${found}.`);
