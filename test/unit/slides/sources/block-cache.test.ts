import { describe, expect, it } from 'vitest';
import { createBlockCache } from '../../../../slides/sources/block-cache.ts';
import { memorySource } from '../../../fixtures/memory-source.ts';

const content = Uint8Array.from({ length: 100_001 }, (_, i) => (i * 31) % 256);
const plain = (bytes: Uint8Array): number[] => [...bytes];

describe('createBlockCache', () => {
  it('gives bytes across blocks and up to the end of the file', async () => {
    const cache = createBlockCache(memorySource(content));
    for (const range of [
      { offset: 2040, length: 20 },
      { offset: 0, length: 9000 },
      { offset: 100_000, length: 1 },
      { offset: 5, length: 0 },
    ]) {
      expect(plain((await cache.load([range]))(range))).toEqual(
        plain(content.slice(range.offset, range.offset + range.length)),
      );
    }
  });

  it('reads each block once, also for calls side by side', async () => {
    const source = memorySource(content);
    const cache = createBlockCache(source);
    const range = { offset: 10_000, length: 5000 };
    await Promise.all([cache.load([range]), cache.load([range]), cache.load([{ offset: 11_000, length: 10 }])]);
    expect(source.reads).toHaveLength(1);
  });

  it('reads many small things that lie near each other at once', async () => {
    const source = memorySource(content);
    const ranges = Array.from({ length: 18 }, (_, i) => ({ offset: 3200 * i, length: 144 }));
    await createBlockCache(source).load(ranges);
    expect(source.reads).toHaveLength(1);
  });

  it('does not read what lies far between', async () => {
    const source = memorySource(content);
    let read = 0;
    await createBlockCache(source).load(
      [
        { offset: 0, length: 4 },
        { offset: 99_000, length: 4 },
      ],
      { onRead: (bytes) => (read += bytes) },
    );
    expect(source.reads).toHaveLength(2);
    expect(read).toBeLessThanOrEqual(4096);
  });

  it.each([
    { offset: 100_000, length: 2 },
    { offset: -1, length: 1 },
    { offset: Number.NaN, length: 1 },
    { offset: 2 ** 60, length: 1 },
  ])('refuses bytes that are not there: $offset', async (range) => {
    await expect(createBlockCache(memorySource(content)).load([range])).rejects.toMatchObject({
      code: 'slide-truncated',
    });
  });

  it('goes on after a failure', async () => {
    const source = memorySource(content);
    const cache = createBlockCache(source);
    await expect(
      cache.load([{ offset: 0, length: 9 }], { signal: AbortSignal.abort(new Error('enough')) }),
    ).rejects.toThrow('enough');
    expect(plain((await cache.load([{ offset: 0, length: 2 }]))({ offset: 0, length: 2 }))).toEqual([0, 31]);
  });
});
