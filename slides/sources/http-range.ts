import { Agent as HttpAgent, request as requestHttp, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { ByteRange } from '../../domain/byte-source.ts';
import { certificateFault, type CertificateFault } from '../../domain/certificate-fault.ts';
import { H2gError } from '../../domain/error.ts';
import { slideError } from '../slide-error.ts';
import { placeOf } from '../slide-name.ts';
import { guardedLookup, refuseAddress, type Lookup } from './guarded-lookup.ts';

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
export type RequestRange = (url: URL, range: ByteRange, signal?: AbortSignal) => Promise<RangeAnswer>;

/** As many as to a store (platform/s3/create-s3-client.ts). */
const SOCKETS = { keepAlive: true, maxSockets: 64 };

/**
 * Node's own client, not `fetch`: it follows no redirect, and lets the address be checked that is connected to.
 * @param lookup how names are resolved
 */
export function createRequestRange(lookup?: Lookup): RequestRange {
  const options = { ...SOCKETS, lookup: guardedLookup(lookup) as LookupFunction };
  const agents = { 'http:': new HttpAgent(options), 'https:': new HttpsAgent(options) };
  return async (url, range, signal) => {
    refuseAddress(url.hostname);
    refuseLogin(url);
    const patienceMs = PATIENCE_MS + Math.ceil(range.length / SLOWEST_BYTES_PER_MS);
    const tooLate = AbortSignal.timeout(patienceMs);
    const ended = signal ? AbortSignal.any([signal, tooLate]) : tooLate;
    try {
      const agent = agents[url.protocol === 'https:' ? 'https:' : 'http:'];
      return await readAnswer(url, { range, response: await get(url, { range, agent, signal: ended }) });
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof H2gError) throw error;
      const silent = `the server ${url.host} did not answer within ${Math.round(patienceMs / 1000)} seconds`;
      const reason = tooLate.aborted ? silent : reasonOf(error);
      const certificate = certificateFault(error);
      if (certificate) throw untrusted(url, certificate, error);
      throw slideError('slide-io', placeOf(url), `could not be read: ${reason}.`, { cause: error });
    }
  };
}

const untrusted = (url: URL, { what, hint }: CertificateFault, cause: unknown): H2gError =>
  slideError('slide-io', placeOf(url), `could not be read: the server ${url.host} ${what}.`, { hint, cause });

/** An address is kept in histories and reports. */
function refuseLogin(url: URL): void {
  if (url.username === '' && url.password === '') return;
  throw new H2gError({
    code: 'usage',
    message: `${placeOf(url)}: a name or password in a slide's address would be kept in histories and reports.`,
    hint: 'Give an address that workers may read without one, or one that is signed for a time.',
  });
}

interface Get {
  readonly range: ByteRange;
  readonly agent: HttpAgent | HttpsAgent;
  readonly signal: AbortSignal;
}

function get(url: URL, { range, agent, signal }: Get): Promise<IncomingMessage> {
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  const headers = {
    range: `bytes=${range.offset}-${range.offset + range.length - 1}`,
    'accept-encoding': 'identity',
  };
  return new Promise((resolve, reject) => {
    request(url, { agent, headers, signal }, resolve).on('error', reject).end();
  });
}

async function readAnswer(
  url: URL,
  { response, range }: { response: IncomingMessage; range: ByteRange },
): Promise<RangeAnswer> {
  const { statusCode: status = 0, headers } = response;
  const place = parseContentRange(headers['content-range']);
  if (status === 416 && place) {
    // The file is empty, or has become shorter than it was when its size was asked for.
    response.destroy();
    const { totalBytes } = place;
    return { bytes: new Uint8Array(0), offset: 0, totalBytes, version: versionOf(response, totalBytes) };
  }
  if (status !== 206 || place?.offset === undefined || (headers['content-encoding'] ?? 'identity') !== 'identity') {
    // Leaving the body unread matters: a server without ranges would send the whole slide.
    response.destroy();
    throw statusError(url, status);
  }
  const bytes = await readBody(response, { url, mostBytes: range.length });
  return { bytes, offset: place.offset, totalBytes: place.totalBytes, version: versionOf(response, place.totalBytes) };
}

/** No more than was asked for: a server that never ends would fill the memory. */
async function readBody(
  response: IncomingMessage,
  { url, mostBytes }: { url: URL; mostBytes: number },
): Promise<Uint8Array> {
  const bytes = new Uint8Array(mostBytes);
  let length = 0;
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    // Leaving the loop destroys what is still to come.
    if (length + chunk.byteLength > mostBytes)
      throw slideError('slide-io', placeOf(url), `could not be read: its server sends more than was asked for.`);
    bytes.set(chunk, length);
    length += chunk.byteLength;
  }
  return length === mostBytes ? bytes : bytes.slice(0, length);
}

/** `bytes 0-99/1234`, or `bytes * /0` for an empty file. */
function parseContentRange(header: string | undefined): { offset?: number; totalBytes: number } | undefined {
  const match = /^bytes (?:(\d+)-\d+|\*)\/(\d+)$/.exec(header ?? '');
  if (!match) return undefined;
  const totalBytes = Number(match[2]);
  return match[1] === undefined ? { totalBytes } : { offset: Number(match[1]), totalBytes };
}

const versionOf = ({ headers }: IncomingMessage, totalBytes: number): string =>
  headers.etag ?? `${headers['last-modified'] ?? 'undated'};${totalBytes}`;

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
  if (status >= 300 && status < 400)
    return slideError(
      'slide-unreadable',
      place,
      `lies elsewhere, says the server (status ${status}); redirects are not followed.`,
      {
        hint: 'Give the address at which the slide really lies.',
      },
    );
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
