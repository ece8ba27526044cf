import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { H2gError } from '../../../domain/error.ts';
import { createTileDecoder } from '../../../slides/create-tile-decoder.ts';
import { decodeRegion } from '../../../slides/decode-region.ts';
import { openSlide } from '../../../slides/open-slide.ts';
import { sharpJpeg, splitTables } from '../../fixtures/make-jpeg.ts';
import { memorySource } from '../../fixtures/memory-source.ts';
import { cutTiles, patternImage, smoothImage } from '../../fixtures/test-pictures.ts';
import { tiledPage } from '../../fixtures/test-slides.ts';
import { writeTestTiff } from '../../fixtures/write-test-tiff.ts';

const TILE = { widthPx: 32, heightPx: 32 };
const SIZE = { widthPx: 70, heightPx: 40 };

/** Opens, checks and decodes; the outcome may be pixels or an `H2gError`, and nothing else. */
async function outcomeOf(bytes: Uint8Array): Promise<unknown> {
  const decoder = await createTileDecoder();
  try {
    const slide = await openSlide(memorySource(bytes));
    await slide.checkTiles(0);
    const rect = { x: -3, y: -3, widthPx: 90, heightPx: 60 };
    return await decodeRegion(await slide.fetchRegion({ level: slide.info.levels.length - 1, rect }), decoder);
  } catch (error) {
    return error;
  } finally {
    decoder.close();
  }
}

async function slides(): Promise<Uint8Array[]> {
  const jpegs = (await Promise.all(cutTiles(smoothImage(SIZE), TILE).map((piece) => sharpJpeg(piece, '4:2:0')))).map(
    splitTables,
  );
  const deflated = tiledPage(patternImage(SIZE), TILE, { description: 'Aperio\r\n|MPP = 0.5' });
  return [
    writeTestTiff([deflated, tiledPage(patternImage({ widthPx: 35, heightPx: 20 }), TILE)], { big: true }),
    writeTestTiff(
      [
        { ...deflated, compression: 5 },
        { ...deflated, compression: 32773 },
      ],
      { littleEndian: false },
    ),
    writeTestTiff([
      tiledPage(patternImage(SIZE), TILE, {
        compression: 7,
        photometric: 6,
        tiles: jpegs.map(({ tile }) => tile),
        tags: { 347: { type: 'bytes', bytes: jpegs[0]?.tables ?? new Uint8Array(0) } },
      }),
    ]),
  ];
}

describe('damaged bytes', () => {
  it('end in pixels or in a clear error, whatever they are', async () => {
    const originals = await slides();
    const damage = fc.record({
      from: fc.double({ min: 0, max: 0.9999, noNaN: true }),
      byte: fc.constantFrom(0, 1, 2, 5, 12, 16, 127, 128, 255),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: originals.length - 1 }),
        fc.array(damage, { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        async (which, damages, nearEnd) => {
          const bytes = (originals[which] ?? new Uint8Array(0)).slice();
          // Directories lie at the end: half of the damage is done there.
          const window = nearEnd ? 420 : bytes.byteLength;
          for (const { from, byte } of damages) bytes[bytes.byteLength - 1 - Math.floor(from * window)] = byte;
          const outcome = await outcomeOf(bytes);
          if (outcome instanceof Error) expect(outcome).toBeInstanceOf(H2gError);
          if (outcome instanceof H2gError) expect(outcome.code).toMatch(/^slide-/);
        },
      ),
      { numRuns: 600 },
    );
  }, 60_000);

  it('are found truncated at every length', async () => {
    for (const original of await slides()) {
      for (let length = 0; length < original.byteLength; length += Math.max(1, Math.floor(original.byteLength / 60))) {
        const outcome = await outcomeOf(original.slice(0, length));
        expect(outcome).toBeInstanceOf(H2gError);
      }
    }
  });
});
