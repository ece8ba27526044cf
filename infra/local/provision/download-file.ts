import { open, type FileHandle } from 'node:fs/promises';
import { H2gError } from '../../../domain/error.ts';
import { logSize as fileSize } from '../log-tail.ts';
import type { ProvisionTask } from './provision-server.ts';

/** A machine without internet must know within seconds. */
const ANSWER_WITHIN_MS = 5_000;
const STALLED_AFTER_MS = 15_000;
const ATTEMPTS = 4;
const REPORT_EVERY_MS = 200;

/** The file could not be had; another way may work. */
export class DownloadFailure extends Error {
  override readonly name = 'DownloadFailure';
}

export async function downloadText(url: string, signal: AbortSignal): Promise<string> {
  const response = await request(url, {}, signal);
  if (!response.ok) throw new DownloadFailure(`${url} answered ${response.status}`);
  return response.text();
}

/**
 * Downloads into `path`, going on where an earlier attempt was cut.
 * @throws DownloadFailure if the server cannot be reached, has no such file, or cuts the line time and again
 */
export async function downloadFile(url: string, path: string, task: ProvisionTask): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const doneBytes = await fileSize(path);
    try {
      return await downloadRest({ url, path, doneBytes }, task);
    } catch (error) {
      task.signal.throwIfAborted();
      if (error instanceof DownloadFailure || error instanceof H2gError) throw error;
      if (attempt < ATTEMPTS) continue;
      throw new DownloadFailure(
        `${url} was cut off ${ATTEMPTS} times, the last time after ${await fileSize(path)} bytes`,
      );
    }
  }
}

interface Part {
  readonly url: string;
  readonly path: string;
  readonly doneBytes: number;
}

async function downloadRest({ url, path, doneBytes }: Part, task: ProvisionTask): Promise<void> {
  const stalled = new AbortController();
  const signal = AbortSignal.any([task.signal, stalled.signal]);
  const response = await request(url, doneBytes > 0 ? { range: `bytes=${doneBytes}-` } : {}, signal);
  // 416: what lies here already is as long as the file or longer; only the whole file can be trusted then.
  if (response.status === 416) return downloadRest({ url, path, doneBytes: 0 }, task);
  if (!response.ok || response.body === null) throw new DownloadFailure(`${url} answered ${response.status}`);
  const startBytes = response.status === 206 ? doneBytes : 0;
  const lengthBytes = Number(response.headers.get('content-length'));
  const file = await open(path, startBytes > 0 ? 'a' : 'w');
  try {
    const watch = { onBytes: watchProgress(task, url, { startBytes, lengthBytes }), stalled };
    await writeAll(response.body, file, watch);
  } finally {
    await file.close();
  }
}

interface Watch {
  readonly onBytes: (bytes: number) => void;
  readonly stalled: AbortController;
}

async function writeAll(
  body: ReadableStream<Uint8Array>,
  file: FileHandle,
  { onBytes, stalled }: Watch,
): Promise<void> {
  const timer = setTimeout(() => stalled.abort(new Error('no data any more')), STALLED_AFTER_MS);
  try {
    for await (const chunk of body) {
      timer.refresh();
      await file.writeFile(chunk).catch(diskFull);
      onBytes(chunk.length);
    }
  } finally {
    clearTimeout(timer);
  }
}

function watchProgress({ report }: ProvisionTask, url: string, size: { startBytes: number; lengthBytes: number }) {
  const totals = size.lengthBytes > 0 ? { totalBytes: size.startBytes + size.lengthBytes } : {};
  let doneBytes = size.startBytes;
  let lastReport = 0;
  return (bytes: number): void => {
    doneBytes += bytes;
    if (performance.now() - lastReport < REPORT_EVERY_MS && doneBytes !== totals.totalBytes) return;
    lastReport = performance.now();
    report({ phase: 'downloading', detail: url, doneBytes, ...totals });
  };
}

async function request(url: string, headers: Record<string, string>, signal: AbortSignal): Promise<Response> {
  const tooLate = new AbortController();
  const timer = setTimeout(() => tooLate.abort(), ANSWER_WITHIN_MS);
  try {
    return await fetch(url, { headers, signal: AbortSignal.any([signal, tooLate.signal]) });
  } catch (error) {
    signal.throwIfAborted();
    const why = tooLate.signal.aborted ? `no answer within ${ANSWER_WITHIN_MS / 1000} s` : causeOf(error);
    throw new DownloadFailure(`${url} cannot be reached (${why})`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/** `fetch failed` says nothing; its cause does. */
const causeOf = (error: unknown): string => {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return cause instanceof Error ? cause.message || cause.name : String(cause);
};

export function diskFull(error: NodeJS.ErrnoException): never {
  if (error.code !== 'ENOSPC' && error.code !== 'EFBIG' && error.code !== 'EDQUOT') throw error;
  throw new H2gError({
    code: 'disk-full',
    message: `no space left for the local servers' programs: ${error.message}`,
    hint: 'Free some disk space (about 1 GB is needed), or set H2G_CACHE to a folder on a larger disk.',
  });
}
