import { open } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { logSize } from '../log-tail.ts';

const POLL_MS = 50;

export interface LogPlace {
  readonly file: string;
  readonly fromByte: number;
}

/** Waits until a whole line with this text was written to the log after `fromByte`. A log that got shorter is read from its beginning. */
export async function awaitLogLine({ file, fromByte }: LogPlace, text: string, signal: AbortSignal): Promise<void> {
  let offset = fromByte;
  let rest = '';
  for (;;) {
    signal.throwIfAborted();
    const sizeBytes = await logSize(file);
    if (sizeBytes < offset) offset = 0;
    rest += await readFrom(file, offset, sizeBytes - offset);
    offset = sizeBytes;
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    if (lines.some((line) => line.includes(text))) return;
    await delay(POLL_MS, undefined, { signal });
  }
}

async function readFrom(file: string, offset: number, lengthBytes: number): Promise<string> {
  if (lengthBytes <= 0) return '';
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(lengthBytes), 0, lengthBytes, offset);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}
