import type { ByteRange } from '../../domain/byte-source.ts';
import { H2gError } from '../../domain/error.ts';
import { slideError } from '../slide-error.ts';
import { placeOf } from '../slide-name.ts';

/** How long a server may take to begin, and how slow a line may be: beyond that nothing will come. */
const PATIENCE_MS = 30_000;
const SLOWEST_BYTES_PER_MS = 50;

export interface RangeAnswer {
  readonly bytes: Uint8Array;
  readonly offset: number;
  readonly totalBytes: number;
  readonly version: string;
}

/** One GET of one range; nothing is tried twice here. An empty file answers with no bytes. Throws `H2gError`s, or the signal's reason. */
export async function requestRange(url: URL, range: ByteRange, signal?: AbortSignal): Promise<RangeAnswer> {
  const patienceMs = PATIENCE_MS + Math.ceil(range.length / SLOWEST_BYTES_PER_MS);
  const tooLate = AbortSignal.timeout(patienceMs);
  try {
    const response = await fetch(url, {
      headers: { range: `bytes=${range.offset}-${range.offset + range.length - 1}`, 'accept-encoding': 'identity' },
      signal: signal ? AbortSignal.any([signal, tooLate]) : tooLate,
    });
    return await readAnswer(url, response);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof H2gError) throw error;
    const silent = `the server ${url.host} did not answer within ${Math.round(patienceMs / 1000)} seconds`;
    const reason = tooLate.aborted ? silent : reasonOf(error);
    throw slideError('slide-io', placeOf(url), `could not be read: ${reason}.`, { cause: error });
  }
}

async function readAnswer(url: URL, response: Response): Promise<RangeAnswer> {
  const place = parseContentRange(response.headers.get('content-range'));
  if (response.status === 416 && place) {
    // The file is empty, or has become shorter than it was when its size was asked for.
    await response.body?.cancel();
    const { totalBytes } = place;
    return { bytes: new Uint8Array(0), offset: 0, totalBytes, version: versionOf(response, totalBytes) };
  }
  if (response.status !== 206 || place?.offset === undefined) {
    // Leaving the body unread matters: a server without ranges would send the whole slide.
    await response.body?.cancel();
    throw statusError(url, response.status);
  }
  const bytes = new Uint8Array(await response.arrayBuffer());
  return { bytes, offset: place.offset, totalBytes: place.totalBytes, version: versionOf(response, place.totalBytes) };
}

/** `bytes 0-99/1234`, or `bytes * /0` for an empty file. */
function parseContentRange(header: string | null): { offset?: number; totalBytes: number } | undefined {
  const match = /^bytes (?:(\d+)-\d+|\*)\/(\d+)$/.exec(header ?? '');
  if (!match) return undefined;
  const totalBytes = Number(match[2]);
  return match[1] === undefined ? { totalBytes } : { offset: Number(match[1]), totalBytes };
}

const versionOf = (response: Response, totalBytes: number): string =>
  response.headers.get('etag') ?? `${response.headers.get('last-modified') ?? 'undated'};${totalBytes}`;

function statusError(url: URL, status: number): H2gError {
  const place = placeOf(url);
  if (status === 404 || status === 410) return slideError('slide-missing', place, `does not exist (status ${status}).`);
  if (status === 401 || status === 403) {
    return new H2gError({
      code: 'store-denied',
      message: `${place} may not be read: the server answered with status ${status}.`,
      hint: 'Check that the link is still valid and that this account may read it.',
    });
  }
  if (status === 408 || status === 429 || status >= 500) {
    return slideError('slide-io', place, `could not be read: the server answered with status ${status}.`);
  }
  if (status === 200 || status === 206) {
    return slideError('slide-unsupported', place, 'lies on a server that does not answer byte-range requests.', {
      hint: 'Copy the slide to a file or to S3, or put it on a server that answers range requests (nginx, Apache and S3 do).',
    });
  }
  return slideError('slide-unreadable', place, `could not be read: the server answered with status ${status}.`);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message || error.message : error.message;
}
