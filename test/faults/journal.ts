import { closeSync, openSync, readSync } from 'node:fs';
import { z } from 'zod';

const Line = z.object({
  time: z.iso.datetime().transform((text) => Date.parse(text)),
  pid: z.int(),
  event: z.enum(['TileBatch:Scored', 'TileLease:Taken', 'TileLease:Ended']),
  runId: z.string(),
  batch: z.int(),
});

/** A batch of a run, for maps and messages. */
export const batchKey = (runId: string, batch: number): string => `${runId}/${batch}`;

/** A batch was computed and its scores are stored. */
export interface Scored {
  readonly key: string;
  readonly pid: number;
  readonly atMs: number;
}

/** A batch was in hand; `endedMs` is infinite while it is, or where its process did not live to say so. */
export interface Held {
  readonly key: string;
  readonly pid: number;
  readonly takenMs: number;
  endedMs: number;
}

const CHUNK_BYTES = 1 << 20;

/** What the detectors' logs say of batches. Times are those of the log's lines, in milliseconds since 1970. */
export class Journal {
  #scored: Scored[] = [];
  #held: Held[] = [];
  readonly #files: { readonly path: string; offset: number; rest: string }[];
  readonly #open = new Map<string, Held>();

  constructor(logFiles: readonly string[]) {
    this.#files = logFiles.map((path) => ({ path, offset: 0, rest: '' }));
  }

  get scored(): readonly Scored[] {
    return this.#scored;
  }

  get held(): readonly Held[] {
    return this.#held;
  }

  /** Reads what was written since. */
  catchUp(): void {
    for (const file of this.#files) {
      const text = file.rest + readOn(file);
      const lines = text.split('\n');
      file.rest = lines.pop() ?? '';
      for (const line of lines) this.#hear(line);
    }
  }

  /** Forgets all that was read: what is told of later has nothing to do with it. */
  beginAnew(): void {
    this.catchUp();
    this.#scored = [];
    this.#held = [];
    this.#open.clear();
  }

  /** A process that is gone has nothing in hand any more. */
  endHandsOf(pid: number, atMs: number): void {
    for (const held of this.#held) if (held.pid === pid) held.endedMs = Math.min(held.endedMs, atMs);
  }

  #hear(text: string): void {
    if (!text.includes('"TileBatch:Scored"') && !text.includes('"TileLease:')) return;
    const parsed = Line.safeParse(asJson(text));
    if (!parsed.success) return;
    const { time, pid, event, runId, batch } = parsed.data;
    const key = batchKey(runId, batch);
    const hand = `${pid} ${key}`;
    switch (event) {
      case 'TileBatch:Scored':
        this.#scored.push({ key, pid, atMs: time });
        return;
      case 'TileLease:Taken': {
        const held: Held = { key, pid, takenMs: time, endedMs: Infinity };
        this.#held.push(held);
        this.#open.set(hand, held);
        return;
      }
      case 'TileLease:Ended': {
        const held = this.#open.get(hand);
        if (held !== undefined) held.endedMs = time;
        this.#open.delete(hand);
      }
    }
  }
}

/** A process that is killed may leave half a line, on which the next one's first line follows. */
function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readOn(file: { readonly path: string; offset: number }): string {
  const parts: Buffer[] = [];
  const descriptor = openSync(file.path, 'a+');
  try {
    for (;;) {
      const buffer = Buffer.alloc(CHUNK_BYTES);
      const bytes = readSync(descriptor, buffer, 0, CHUNK_BYTES, file.offset);
      if (bytes === 0) return Buffer.concat(parts).toString();
      parts.push(buffer.subarray(0, bytes));
      file.offset += bytes;
    }
  } finally {
    closeSync(descriptor);
  }
}
