import type { OpenByteSource } from '../domain/byte-source.ts';
import { openSlide } from '../slides/open-slide.ts';
import type { SlideReader } from '../slides/slide-reader.ts';

/** `openingBytes`: what opening the slide has read, told to one `work` only, so that sums over all of them are right. */
type SlideWork<T> = (reader: SlideReader, openingBytes: number) => Promise<T>;

interface Entry {
  readonly reader: Promise<SlideReader>;
  users: number;
  openingCounted: boolean;
  forgotten: boolean;
}

/** Open slides by URL and version; their headers are read once, not once a batch. */
export class SlideCache {
  readonly #open: OpenByteSource;
  readonly #most: number;
  readonly #entries = new Map<string, Entry>();

  constructor(open: OpenByteSource, { most = 16 }: { most?: number } = {}) {
    this.#open = open;
    this.#most = most;
  }

  /** Lends the open slide to `work`; after a failure of `work` the next one opens it anew. */
  async use<T>(slide: { url: string; version: string }, work: SlideWork<T>): Promise<T> {
    const key = `${slide.version} ${slide.url}`;
    const entry = this.#entries.get(key) ?? this.#openEntry(slide);
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    entry.users++;
    try {
      const reader = await entry.reader;
      return await work(reader, takeOpeningBytes(entry, reader));
    } catch (error) {
      this.#forget(key, entry);
      throw error;
    } finally {
      entry.users--;
      if (entry.forgotten && entry.users === 0) await closeEntry(entry);
      await this.#evict();
    }
  }

  async close(): Promise<void> {
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    await Promise.all(entries.map(closeEntry));
  }

  #openEntry({ url, version }: { url: string; version: string }): Entry {
    const reader = this.#open(new URL(url), { version }).then((source) => openSlide(source));
    return { reader, users: 0, openingCounted: false, forgotten: false };
  }

  #forget(key: string, entry: Entry): void {
    entry.forgotten = true;
    if (this.#entries.get(key) === entry) this.#entries.delete(key);
  }

  /** The longest unused go first. */
  async #evict(): Promise<void> {
    for (const [key, entry] of this.#entries) {
      if (this.#entries.size <= this.#most) return;
      if (entry.users > 0) continue;
      this.#forget(key, entry);
      await closeEntry(entry);
    }
  }
}

function takeOpeningBytes(entry: Entry, { metadataBytes }: SlideReader): number {
  if (entry.openingCounted) return 0;
  entry.openingCounted = true;
  return metadataBytes;
}

async function closeEntry({ reader }: Entry): Promise<void> {
  const opened = await reader.catch(() => undefined);
  await opened?.close();
}
