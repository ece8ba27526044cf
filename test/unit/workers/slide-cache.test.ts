import { beforeEach, describe, expect, it } from 'vitest';
import { createSlideTools, type PlanePools } from '../../../workers/orchestrator/slide-tools.ts';
import { createFetchBatch } from '../../../workers/detector/fetch-batch.ts';
import { SlideCache } from '../../../workers/slide-cache.ts';
import { memorySource, type MemorySource } from '../../fixtures/memory-source.ts';
import { writeTestTiff } from '../../fixtures/write-test-tiff.ts';

const TIFF = writeTestTiff([
  { widthPx: 16, heightPx: 16, tile: { widthPx: 16, heightPx: 16 }, tiles: [new Uint8Array(768)] },
]);
const slideAt = (name: string): { url: string; version: string } => ({ url: `file:///memory/${name}`, version: '1' });
const [A, B] = [slideAt('a.tif'), slideAt('b.tif')];

describe('SlideCache', () => {
  let opened: MemorySource[];
  let slides: SlideCache;

  beforeEach(() => {
    opened = [];
    slides = new SlideCache(
      async (url) => {
        const source = memorySource(TIFF, url.pathname.split('/').at(-1));
        opened.push(source);
        return source;
      },
      { most: 1 },
    );
  });

  const readOf = ({ reads }: MemorySource): number => reads.reduce((sum, { length }) => sum + length, 0);
  const closed = (): boolean[] => opened.map((source) => source.closed);
  const openingBytes = (slide = A): Promise<number> => slides.use(slide, async (_, bytes) => bytes);

  it('tells what opening has read to one work only, however many use the slide at once', async () => {
    const told = await Promise.all([openingBytes(), openingBytes(), openingBytes()]);
    told.push(await openingBytes());
    expect(opened).toHaveLength(1);
    expect(told.toSorted((a, b) => b - a)).toEqual([readOf(opened[0]!), 0, 0, 0]);
    expect(told).not.toEqual([0, 0, 0, 0]);
  });

  it('closes the slide that was not used longest, and counts its opening again when it is opened again', async () => {
    const first = await openingBytes(A);
    expect(closed()).toEqual([false]);
    await openingBytes(B);
    expect(closed()).toEqual([true, false]);
    expect(await openingBytes(A)).toBe(first);
    expect(closed()).toEqual([true, true, false]);
  });

  it('does not close a slide that is in use', async () => {
    await slides.use(A, async () => {
      await openingBytes(B);
      expect(closed()).toEqual([false, true]);
    });
    expect(await openingBytes(A)).toBe(0);
    await slides.close();
    expect(closed()).toEqual([true, true]);
  });

  it('opens a slide anew after a failure, and closes the old one when its last user is done', async () => {
    await slides.use(A, async () => {
      const failing = slides.use(A, () => Promise.reject(new Error('read failed')));
      await expect(failing).rejects.toThrow('read failed');
      expect(closed()).toEqual([false]);
      expect(await openingBytes(A)).toBeGreaterThan(0);
    });
    expect(closed()).toEqual([true, false]);
  });

  it('opens a slide anew after opening it failed', async () => {
    const answers = [Promise.reject(new Error('no such slide')), Promise.resolve(memorySource(TIFF))];
    const flaky = new SlideCache(() => answers.shift()!);
    const use = (): Promise<number> => flaky.use(A, async (_, bytes) => bytes);
    await expect(use()).rejects.toThrow('no such slide');
    expect(await use()).toBeGreaterThan(0);
  });

  it('lets the sum over all steps and batches be what the source has read', async () => {
    const signal = new AbortController().signal;
    const noPlanes: Pick<PlanePools, 'run'> = { run: () => Promise.reject(new Error('unused')) };
    const tools = createSlideTools(slides, noPlanes);
    const fetchBatch = createFetchBatch(slides);
    const batch = { slide: { ...A, name: 'a.tif' }, level: 0, cells: [[0, 0]] as [number, number][], cellPx: 16 };
    const read = [
      (await fetchBatch(batch)).bytes.read,
      (await tools.inspect(A)).bytes.read,
      (await tools.checkTiles({ slide: A, level: 0 }, { signal })).read,
      (await fetchBatch(batch)).bytes.read,
    ];
    expect(read[1]).toBe(0);
    expect(read.reduce((sum, bytes) => sum + bytes, 0)).toBe(readOf(opened[0]!));
  });
});
