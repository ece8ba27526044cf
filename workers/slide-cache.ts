import type { OpenByteSource } from '../domain/byte-source.ts';
import { openSlide } from '../slides/open-slide.ts';
import type { SlideReader } from '../slides/slide-reader.ts';

interface Entry {
  readonly reader: Promise<SlideReader>;
  users: number;
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
  async use<T>(slide: { url: string; version: string }, work: (reader: SlideReader) => Promise<T>): Promise<T> {
    const key = `${slide.version} ${slide.url}`;
    const entry = this.#entries.get(key) ?? this.#openEntry(slide);
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    entry.users++;
    try {
      return await work(await entry.reader);
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
    return { reader, users: 0, forgotten: false };
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

async function closeEntry({ reader }: Entry): Promise<void> {
  const opened = await reader.catch(() => undefined);
  await opened?.close();
}
