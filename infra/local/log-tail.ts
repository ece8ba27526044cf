import { open, stat } from 'node:fs/promises';

const TAIL_BYTES = 8192;

/** The last lines of a log, from `fromByte` on; empty if there is none. */
export async function logTail(file: string, options: { fromByte?: number; lines?: number } = {}): Promise<string[]> {
  const { fromByte = 0, lines = 12 } = options;
  const sizeBytes = await logSize(file);
  const start = Math.max(fromByte, sizeBytes - TAIL_BYTES);
  if (start >= sizeBytes) return [];
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(sizeBytes - start), 0, sizeBytes - start, start);
    const text = buffer.toString('utf8', 0, bytesRead);
    return text.split('\n').filter(Boolean).slice(-lines);
  } finally {
    await handle.close();
  }
}

export async function logSize(file: string): Promise<number> {
  const facts = await stat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return facts?.size ?? 0;
}
