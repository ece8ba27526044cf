import { describe, expect, it } from 'vitest';
import { createTileDecoder } from '../../../slides/create-tile-decoder.ts';
import { decodeRegion } from '../../../slides/decode-region.ts';
import { openSlide } from '../../../slides/open-slide.ts';
import { expectImage } from '../../fixtures/expect-image.ts';
import { memorySource } from '../../fixtures/memory-source.ts';
import { cropImage, patternImage } from '../../fixtures/test-pictures.ts';
import { openPages, tiledPage, wholeOf } from '../../fixtures/test-slides.ts';
import { writeTestTiff, type TestPage } from '../../fixtures/write-test-tiff.ts';

const TILE = { widthPx: 32, heightPx: 16 };
const base = patternImage({ widthPx: 200, heightPx: 120 });
const half = patternImage({ widthPx: 100, heightPx: 60 });
const quarter = patternImage({ widthPx: 50, heightPx: 30 });

const reduced = { tags: { 254: { type: 'long', values: [1] } } } as const satisfies Partial<TestPage>;
const pyramidInPages = [tiledPage(base, TILE), tiledPage(half, TILE, reduced), tiledPage(quarter, TILE, reduced)];
const pyramidInSubIfds = [
  tiledPage(base, TILE, { subPages: [tiledPage(half, TILE, reduced), tiledPage(quarter, TILE, reduced)] }),
];

const stripped = (rowsPerStrip: number): TestPage => ({
  widthPx: base.widthPx,
  heightPx: base.heightPx,
  rowsPerStrip,
  tiles: Array.from({ length: Math.ceil(120 / rowsPerStrip) }, (_, i) =>
    base.data.slice(i * rowsPerStrip * 600, (i + 1) * rowsPerStrip * 600),
  ),
});

describe('openSlide', () => {
  it.each([
    { big: false, littleEndian: true },
    { big: false, littleEndian: false },
    { big: true, littleEndian: true },
    { big: true, littleEndian: false },
  ])('reads every level, big $big, little-endian $littleEndian', async (options) => {
    const decoder = await createTileDecoder();
    for (const pages of [pyramidInPages, pyramidInSubIfds]) {
      const slide = await openPages(pages, options);
      expect(slide.info).toMatchObject({ widthPx: 200, heightPx: 120, name: 'test.tif', scale: { kind: 'none' } });
      expect(slide.info.levels.map(({ index, widthPx }) => [index, widthPx])).toEqual([
        [0, 200],
        [1, 100],
        [2, 50],
      ]);
      for (const [level, image] of [base, half, quarter].entries()) {
        const region = await slide.fetchRegion({ level, rect: wholeOf(image) });
        expectImage(await decodeRegion(region, decoder), image);
      }
    }
  });

  it.each([1, 7, 16, 120])('reads strips of %i rows', async (rowsPerStrip) => {
    const slide = await openPages([stripped(rowsPerStrip)]);
    expect(slide.info.levels).toMatchObject([{ tileWidthPx: 200, tileHeightPx: rowsPerStrip }]);
    const rect = { x: 13, y: 5, widthPx: 60, heightPx: 130 };
    const region = await slide.fetchRegion({ level: 0, rect });
    expectImage(await decodeRegion(region, await createTileDecoder()), cropImage(base, rect));
  });

  it('reads a picture in one strip that does not say how many rows it has', async () => {
    const slide = await openPages([{ ...stripped(120), tags: { 278: null } }]);
    expect(
      await decodeRegion(await slide.fetchRegion({ level: 0, rect: wholeOf(base) }), await createTileDecoder()),
    ).toEqual(base);
  });

  it('keeps Aperio’s pyramid and leaves out thumbnail, label and macro', async () => {
    const description = (what: string): Partial<TestPage> => ({
      description: `Aperio Image Library v11.2.1 \r\n${what}`,
    });
    const slide = await openPages([
      tiledPage(base, TILE, {
        description: 'Aperio Image Library v11.2.1 \r\n200x120 (32x16) JPEG/RGB Q=30|AppMag = 40|MPP = 0.2527',
      }),
      {
        ...stripped(16),
        widthPx: 100,
        heightPx: 60,
        rowsPerStrip: 60,
        tiles: [half.data],
        ...description('100x60 -> 100x60 - |AppMag = 40'),
      },
      tiledPage(quarter, TILE, description('200x120 -> 50x30')),
      tiledPage(patternImage({ widthPx: 20, heightPx: 12 }), TILE, { ...description('label 20x12'), ...reduced }),
      tiledPage(patternImage({ widthPx: 400, heightPx: 240 }), TILE, description('macro 400x240')),
    ]);
    expect(slide.info.levels.map(({ widthPx }) => widthPx)).toEqual([200, 50]);
    expect(slide.info.scale).toEqual({ kind: 'mpp', x: 0.2527, y: 0.2527 });
  });

  it('states the resolution tags as they are, x and y apart', async () => {
    const perCm = (value: number) => ({ type: 'rational', values: [[value, 1]] }) as const;
    const slide = await openPages([
      tiledPage(base, TILE, { tags: { 282: perCm(20_000), 283: perCm(25_000), 296: { type: 'short', values: [3] } } }),
    ]);
    expect(slide.info.scale).toEqual({ kind: 'mpp', x: 0.5, y: 0.4 });
  });

  it.each(['mit Leerzeichen.svs', 'Präparat 🔬.svs'])('calls “%s” by its name', async (name) => {
    const slide = await openSlide(memorySource(writeTestTiff(pyramidInPages), name));
    expect(slide.info.name).toBe(name);
  });

  it('counts what it reads to open a slide', async () => {
    const source = memorySource(writeTestTiff(pyramidInPages));
    const slide = await openSlide(source);
    expect(slide.metadataBytes).toBe(source.reads.reduce((sum, { length }) => sum + length, 0));
    expect(slide.metadataBytes).toBeLessThanOrEqual(source.sizeBytes);
  });

  it('closes the source with the slide', async () => {
    const source = memorySource(writeTestTiff(pyramidInPages));
    const slide = await openSlide(source);
    expect(source.closed).toBe(false);
    await slide.close();
    expect(source.closed).toBe(true);
  });

  it('stops when it is told to', async () => {
    const reason = new Error('enough');
    const source = memorySource(writeTestTiff(pyramidInPages));
    await expect(openSlide(source, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(source.closed).toBe(true);
  });
});
