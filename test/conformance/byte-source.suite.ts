import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ByteSource, OpenByteSource } from '../../domain/byte-source.ts';

/** A place where bytes lie and a way to open them; the suite needs no more of a storage. */
export interface ByteSourceHarness {
  readonly open: OpenByteSource;
  /** Makes (or replaces) what lies under a name, and gives its URL. */
  put(name: string, bytes: Uint8Array): Promise<URL>;
  /** The URL of a name under which nothing lies. */
  missing(): Promise<URL>;
  close(): Promise<void>;
}

const SIZE_BYTES = 100_000;
const content = Uint8Array.from({ length: SIZE_BYTES }, (_, i) => (i * 31 + (i >> 8)) % 251);

/** What every `OpenByteSource` must do; run for files, HTTP and S3 alike. */
export function byteSourceSuite(name: string, createHarness: () => Promise<ByteSourceHarness>): void {
  describe(`ByteSource: ${name}`, () => {
    let harness: ByteSourceHarness;
    beforeAll(async () => {
      harness = await createHarness();
    });
    afterAll(() => harness.close());

    const withSource = async (
      fileName: string,
      use: (source: ByteSource, url: URL) => Promise<void>,
    ): Promise<void> => {
      const url = await harness.put(fileName, content);
      const source = await harness.open(url);
      try {
        await use(source, url);
      } finally {
        await source.close();
      }
    };

    it('knows its size, its URL and a version', () =>
      withSource('facts.svs', async (source, url) => {
        expect(source.sizeBytes).toBe(SIZE_BYTES);
        expect(source.url.href).toBe(url.href);
        expect(source.version).not.toBe('');
      }));

    it.each([
      { offset: 0, length: 1 },
      { offset: 0, length: SIZE_BYTES },
      { offset: 12_345, length: 6_789 },
      { offset: SIZE_BYTES - 1, length: 1 },
      { offset: 500, length: 0 },
    ])('gives exactly $length bytes from $offset', (range) =>
      withSource('ranges.svs', async (source) => {
        const bytes = await source.fetch(range);
        expect(bytes).toBeInstanceOf(Uint8Array);
        expect(bytes.byteLength).toBe(range.length);
        expect(Buffer.compare(bytes, content.slice(range.offset, range.offset + range.length))).toBe(0);
      }),
    );

    it('reads many ranges at once without mixing them up', () =>
      withSource('parallel.svs', async (source) => {
        const ranges = Array.from({ length: 40 }, (_, i) => ({ offset: i * 2_400, length: 100 + i }));
        const all = await Promise.all(ranges.map((range) => source.fetch(range)));
        all.forEach((bytes, i) => {
          const { offset, length } = ranges[i] ?? { offset: 0, length: 0 };
          expect(Buffer.from(bytes)).toEqual(Buffer.from(content.slice(offset, offset + length)));
        });
      }));

    it('says that the file ends before a range does', () =>
      withSource('end.svs', async (source) => {
        const past = source.fetch({ offset: SIZE_BYTES - 10, length: 11 });
        await expect(past).rejects.toMatchObject({ code: 'slide-truncated' });
        await expect(past).rejects.toThrow(String(SIZE_BYTES));
        await expect(source.fetch({ offset: SIZE_BYTES * 9, length: 1 })).rejects.toMatchObject({
          code: 'slide-truncated',
        });
      }));

    it('opens an empty file, which has no bytes', async () => {
      const source = await harness.open(await harness.put('empty.svs', new Uint8Array(0)));
      expect(source.sizeBytes).toBe(0);
      await expect(source.fetch({ offset: 0, length: 1 })).rejects.toMatchObject({ code: 'slide-truncated' });
      await source.close();
    });

    it('says what is missing', async () => {
      const url = await harness.missing();
      const last = decodeURIComponent(url.pathname.split('/').at(-1) ?? '');
      await expect(harness.open(url)).rejects.toMatchObject({ code: 'slide-missing' });
      await expect(harness.open(url)).rejects.toThrow(last);
    });

    it.each(['with spaces.svs', 'Präparat Größe.svs', '切片 🔬.svs', 'a+b & c#1?.svs', '100%.svs'])(
      'opens “%s”',
      (fileName) =>
        withSource(fileName, async (source) => {
          expect(source.sizeBytes).toBe(SIZE_BYTES);
          expect(Buffer.from(await source.fetch({ offset: 3, length: 4 }))).toEqual(Buffer.from(content.slice(3, 7)));
        }),
    );

    it('keeps its version while nothing changes', async () => {
      const url = await harness.put('same.svs', content);
      const first = await harness.open(url);
      const second = await harness.open(url, { version: first.version });
      expect(second.version).toBe(first.version);
      await Promise.all([first.close(), second.close()]);
    });

    it.each([
      { change: 'other bytes of the same length', bytes: content.map((byte) => byte ^ 1) },
      { change: 'a shorter file', bytes: content.slice(0, 50_000) },
      { change: 'a longer file', bytes: Uint8Array.from([...content, 1, 2, 3]) },
    ])('notices $change', async ({ bytes }) => {
      const url = await harness.put('changing.svs', content);
      const source = await harness.open(url);
      await source.fetch({ offset: 0, length: 10 });
      await harness.put('changing.svs', bytes);
      await expect(source.fetch({ offset: 60_000, length: 10 })).rejects.toMatchObject({ code: 'slide-changed' });
      await expect(harness.open(url, { version: source.version })).rejects.toMatchObject({ code: 'slide-changed' });
      await source.close();
    });

    it('stops when it is told to', () =>
      withSource('stopped.svs', async (source) => {
        const reason = new Error('enough');
        await expect(source.fetch({ offset: 0, length: 10 }, { signal: AbortSignal.abort(reason) })).rejects.toBe(
          reason,
        );
        const stop = new AbortController();
        const reading = source.fetch({ offset: 0, length: SIZE_BYTES }, { signal: stop.signal });
        stop.abort(reason);
        // Some clients give an error of their own in place of the reason.
        await expect(reading).rejects.toSatisfy((error) => error === reason || (error as Error).name === 'AbortError');
      }));

    it('may be closed twice', async () => {
      const source = await harness.open(await harness.put('closed.svs', content));
      await source.close();
      await source.close();
    });
  });
}
