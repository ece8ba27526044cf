import { existsSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTileDecoder } from '../../../slides/create-tile-decoder.ts';
import { decodeRegion } from '../../../slides/decode-region.ts';
import { openSlide } from '../../../slides/open-slide.ts';
import { readPlane } from '../../../slides/read-plane.ts';
import type { SlideReader } from '../../../slides/slide-reader.ts';
import type { RgbImage } from '../../../domain/image.ts';
import { openFileSource } from '../../../slides/sources/open-file-source.ts';
import { openHttpSource } from '../../../slides/sources/open-http-source.ts';
import { startRangeServer } from '../../fixtures/range-server.ts';
import golden from '../../fixtures/openslide-golden.json' with { type: 'json' };
import { wholeOf } from '../../fixtures/test-slides.ts';

/** Made by OpenSlide with `test/fixtures/make-openslide-golden.py`. */
const path = resolve(import.meta.dirname, '../../../../shared/slides', golden.slide);

describe.skipIf(!existsSync(path))(`${golden.slide} (skipped without the slide)`, () => {
  let slide: SlideReader;
  beforeAll(async () => {
    slide = await openSlide(await openFileSource(pathToFileURL(path)));
  });
  afterAll(() => slide.close());

  it('is opened by reading a few kilobytes', () => {
    expect(slide.info).toMatchObject({
      name: golden.slide,
      widthPx: golden.width,
      heightPx: golden.height,
      scale: { kind: 'mpp', x: golden.mpp[0], y: golden.mpp[1] },
      levels: [{ index: 0, widthPx: golden.width, heightPx: golden.height, tileWidthPx: 240, tileHeightPx: 240 }],
    });
    expect(slide.metadataBytes).toBeLessThanOrEqual(32 * 1024);
  });

  it.each(['libturbojpeg', 'sharp'] as const)('has OpenSlide’s pixels, decoded by %s', async (jpeg) => {
    const decoder = await createTileDecoder({ jpeg });
    const image = await decodeRegion(await slide.fetchRegion({ level: 0, rect: wholeOf(slide.info) }), decoder);
    const channel = (x: number, y: number, c: number): number =>
      image.data[(y * image.widthPx + x) * 3 + c] ?? Number.NaN;
    for (const [x = 0, y = 0, ...rgb] of golden.pixels) {
      rgb.forEach((value, c) => expect(Math.abs(channel(x, y, c) - value)).toBeLessThanOrEqual(2));
    }
    for (const [x = 0, y = 0, side = 0, ...rgb] of golden.means) {
      rgb.forEach((value, c) => expect(Math.abs(meanOf(image, { x, y, side, c }) - value)).toBeLessThanOrEqual(0.5));
    }
    decoder.close();
  });

  it('costs no more than a tenth beyond what is needed, in whatever pieces', async () => {
    let [needed, read] = [0, 0];
    for (let y = 0; y < golden.height; y += 2048) {
      for (let x = 0; x < golden.width; x += 2048) {
        const { bytes } = await slide.fetchRegion({ level: 0, rect: { x, y, widthPx: 2048, heightPx: 2048 } });
        needed += bytes.needed;
        read += bytes.read;
      }
    }
    expect(read).toBeGreaterThanOrEqual(needed);
    expect(read).toBeLessThanOrEqual(1.1 * needed);
  });

  it('is read over HTTP with the same pixels and little more than the bytes it takes', async () => {
    const server = await startRangeServer();
    server.files.set(golden.slide, readFileSync(path));
    const remote = await openSlide(await openHttpSource(server.url(golden.slide)));
    const decoder = await createTileDecoder();
    const rect = { x: 512, y: 1024, widthPx: 1024, heightPx: 1024 };
    const region = await remote.fetchRegion({ level: 0, rect });
    const local = await decodeRegion(await slide.fetchRegion({ level: 0, rect }), decoder);
    expect(Buffer.compare((await decodeRegion(region, decoder)).data, local.data)).toBe(0);
    expect(server.sentBytes).toBe(1 + remote.metadataBytes + region.bytes.read);
    expect(server.asked.length).toBeLessThanOrEqual(20);
    decoder.close();
    await server.close();
  });

  it('has its tiles where it says, and its plane is read with each byte once', async () => {
    const facts = await slide.checkTiles(0);
    expect(facts).toMatchObject({ tiles: 130, sparse: 0 });
    const decoder = await createTileDecoder();
    const { image, bytes } = await readPlane(slide, { level: 0, widthPx: 100, heightPx: 134 }, { decoder });
    expect(image).toMatchObject({ widthPx: 100, heightPx: 134 });
    expect(bytes).toEqual({ needed: facts.compressedBytes, read: facts.compressedBytes });
    decoder.close();
  });
});

function meanOf(image: RgbImage, { x, y, side, c }: { x: number; y: number; side: number; c: number }): number {
  let sum = 0;
  for (let row = y; row < y + side; row += 1) {
    for (let column = x; column < x + side; column += 1) sum += image.data[(row * image.widthPx + column) * 3 + c] ?? 0;
  }
  return sum / side ** 2;
}
