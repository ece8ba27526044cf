import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { H2gError } from '../../../domain/error.ts';
import { createOpenSource } from '../../../slides/open-source.ts';
import { openSlide } from '../../../slides/open-slide.ts';
import { SLIDE_LIMITS } from '../../../slides/slide-limits.ts';
import { memorySource } from '../../fixtures/memory-source.ts';
import { patternImage } from '../../fixtures/test-pictures.ts';
import { openPages, tiledPage } from '../../fixtures/test-slides.ts';
import { writeTestTiff, type TagValue, type TestPage } from '../../fixtures/write-test-tiff.ts';

const TILE = { widthPx: 32, heightPx: 16 };
const image = patternImage({ widthPx: 100, heightPx: 50 });
const page = (more: Partial<TestPage> = {}): TestPage => tiledPage(image, TILE, more);
const short = (...values: number[]): TagValue => ({ type: 'short', values });
const long = (...values: number[]): TagValue => ({ type: 'long', values });

async function failureOf(bytes: Uint8Array, name = 'bad.svs'): Promise<H2gError> {
  const source = memorySource(bytes, name);
  const error: unknown = await openSlide(source).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(source.closed).toBe(true);
  expect(error).toMatchObject({ name: 'H2gError', hint: expect.stringMatching(/\w{3}/) });
  return error as H2gError;
}

describe('what is no slide', () => {
  it('says that a file is empty', async () => {
    expect(await failureOf(new Uint8Array(0))).toMatchObject({
      code: 'slide-unreadable',
      message: 'bad.svs is empty (0 bytes).',
    });
  });

  it('knows a PNG picture by its content', async () => {
    const png = await sharp({ create: { width: 9, height: 9, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    expect(await failureOf(new Uint8Array(png))).toMatchObject({
      code: 'slide-unsupported',
      message: 'bad.svs is a PNG picture, not a whole-slide image.',
    });
  });

  it.each<[string, number[] | string, string]>([
    ['random bytes', [7, 7, 7, 7, 7, 7, 7, 7, 7], 'slide-unreadable'],
    ['two bytes', 'II', 'slide-truncated'],
    ['one byte', 'I', 'slide-unreadable'],
    ['a classic header cut short', 'II*\0\x08\0', 'slide-truncated'],
    ['a BigTIFF header cut short', 'II+\0\x08\0\0\0', 'slide-truncated'],
    ['a TIFF of version 44', 'II,\0\x08\0\0\0', 'slide-unreadable'],
    ['a TIFF without a picture', 'II*\0\0\0\0\0', 'slide-unreadable'],
    ['a web page', '<!DOCTYPE html><title>Sign in</title>', 'slide-unsupported'],
  ])('refuses %s', async (_, content, code) => {
    const bytes =
      typeof content === 'string' ? new Uint8Array(Buffer.from(content, 'latin1')) : Uint8Array.from(content);
    expect((await failureOf(bytes)).code).toBe(code);
  });

  it('says what is missing, by its name', async () => {
    const opening = createOpenSource()(pathToFileURL(resolve('/nowhere/Präparat 1 🔬.svs')));
    await expect(opening).rejects.toMatchObject({ code: 'slide-missing' });
    await expect(opening).rejects.toThrow('Präparat 1 🔬.svs');
  });

  it('refuses a folder', async () => {
    await expect(createOpenSource()(pathToFileURL(import.meta.dirname))).rejects.toMatchObject({
      code: 'slide-unreadable',
    });
  });

  it('refuses an address of a kind it does not know', async () => {
    await expect(createOpenSource()(new URL('ftp://host/slide.svs'))).rejects.toMatchObject({ code: 'usage' });
  });
});

describe('damaged directories', () => {
  it.each([
    { what: 'the first directory lies past the end', at: 4, value: 999_999 },
    { what: 'the first directory lies at the last byte', at: 4, value: -1 },
  ])('is truncated where $what', async ({ at, value }) => {
    const bytes = writeTestTiff([page()]);
    new DataView(bytes.buffer).setUint32(at, value < 0 ? bytes.byteLength + value : value, true);
    const error = await failureOf(bytes);
    expect(error.code).toBe('slide-truncated');
    expect(error.message).toContain(`has ${bytes.byteLength} bytes`);
  });

  it('ends where directories go in circles', async () => {
    const bytes = writeTestTiff([page(), page()]);
    const view = new DataView(bytes.buffer);
    const first = view.getUint32(4, true);
    const second = view.getUint32(first + 2 + view.getUint16(first, true) * 12, true);
    view.setUint32(second + 2 + view.getUint16(second, true) * 12, first, true);
    const error = await failureOf(bytes);
    expect(error).toMatchObject({ code: 'slide-unreadable' });
    expect(error.message).toBe(`bad.svs has a loop: directory 2 leads back to byte ${first}.`);
  });

  it('ends where a SubIFD is the page itself', async () => {
    const bytes = writeTestTiff([page({ tags: { 330: { type: 'ifd', values: [0] } } })]);
    const view = new DataView(bytes.buffer);
    const first = view.getUint32(4, true);
    for (let at = first + 2; at < first + 2 + view.getUint16(first, true) * 12; at += 12) {
      if (view.getUint16(at, true) === 330) view.setUint32(at + 8, first, true);
    }
    expect((await failureOf(bytes)).message).toContain('leads back');
  });

  it('gives up on more directories than any slide has', async () => {
    const tiny = { widthPx: 1, heightPx: 1, tiles: [Uint8Array.from([1, 2, 3])] };
    const error = await failureOf(writeTestTiff(Array.from({ length: SLIDE_LIMITS.directories.most + 1 }, () => tiny)));
    expect(error).toMatchObject({
      code: 'slide-too-large',
      message: 'bad.svs claims 1025 directories; at most 1024 are accepted.',
    });
  });

  it('refuses a directory that claims 2^60 entries', async () => {
    const bytes = writeTestTiff([page()], { big: true });
    const view = new DataView(bytes.buffer);
    view.setBigUint64(Number(view.getBigUint64(8, true)), 2n ** 60n, true);
    expect((await failureOf(bytes)).code).toBe('slide-truncated');
  });

  it('refuses a text of four gigabytes', async () => {
    const bytes = writeTestTiff([page({ description: 'a description that lies behind the directory' })]);
    const view = new DataView(bytes.buffer);
    const first = view.getUint32(4, true);
    for (let at = first + 2; at < first + 2 + view.getUint16(first, true) * 12; at += 12) {
      if (view.getUint16(at, true) === 270) view.setUint32(at + 4, 0xffffffff, true);
    }
    expect((await failureOf(bytes)).code).toBe('slide-too-large');
  });

  it('skips a field of a type it does not know', async () => {
    const bytes = writeTestTiff([page({ description: 'unknown' })]);
    const view = new DataView(bytes.buffer);
    const first = view.getUint32(4, true);
    for (let at = first + 2; at < first + 2 + view.getUint16(first, true) * 12; at += 12) {
      if (view.getUint16(at, true) === 270) view.setUint16(at + 2, 99, true);
    }
    const slide = await openSlide(memorySource(bytes));
    expect(slide.info.widthPx).toBe(100);
  });
});

describe('impossible measures', () => {
  it('refuses a header of a million by a million pixels with the number', async () => {
    const tags = { 256: long(1_000_000), 257: long(1_000_000) };
    const error = await failureOf(writeTestTiff([page({ tags })]));
    expect(error.code).toBe('slide-too-large');
    expect(error.message).toContain('1000000000000 pixels');
  });

  it.each<[string, Partial<TestPage>, string]>([
    ['no width', { tags: { 256: null } }, 'slide-unreadable'],
    ['no height', { tags: { 257: long(0) } }, 'slide-unreadable'],
    ['tiles of no width', { tags: { 322: short(0) } }, 'slide-unreadable'],
    ['tiles larger than memory', { tags: { 322: long(100_000), 323: long(100_000) } }, 'slide-too-large'],
    [
      'tiles of one pixel',
      { tags: { 256: long(10_000), 257: long(10_000), 322: short(1), 323: short(1) } },
      'slide-too-large',
    ],
    ['no table of places', { tags: { 324: null } }, 'slide-unreadable'],
    ['no table of lengths', { tags: { 325: null } }, 'slide-unreadable'],
    ['a table that is too short', { tags: { 257: long(5000) } }, 'slide-unreadable'],
  ])('refuses %s', async (_, more, code) => {
    expect((await failureOf(writeTestTiff([page(more)]))).code).toBe(code);
  });
});

describe('tiles that are not there', () => {
  it('names the tile whose place lies past the end, before any work', async () => {
    const bytes = writeTestTiff([
      page({ tags: { 324: long(...Array.from({ length: 16 }, (_, i) => (i === 9 ? 5_000_000 : 8))) } }),
    ]);
    const slide = await openSlide(memorySource(bytes, 'bad.svs'));
    const wanted = /bad\.svs has \d+ bytes, but tile 9 of level 0 lies at bytes 5000000 to \d+/;
    await expect(slide.checkTiles(0)).rejects.toMatchObject({ code: 'slide-truncated' });
    await expect(slide.checkTiles(0)).rejects.toThrow(wanted);
    const rect = { x: 0, y: 0, widthPx: 100, heightPx: 50 };
    await expect(slide.fetchRegion({ level: 0, rect })).rejects.toThrow(wanted);
    // The tiles that are there can still be read.
    await slide.fetchRegion({ level: 0, rect: { ...rect, heightPx: 16 } });
  });

  it('refuses a tile of four gigabytes', async () => {
    const slide = await openPages([page({ tags: { 325: long(...Array.from({ length: 16 }, () => 0xffffffff)) } })]);
    await expect(slide.checkTiles(0)).rejects.toMatchObject({ code: 'slide-too-large' });
  });

  it('takes an empty tile of an Aperio slide for a lost one', async () => {
    const good = page({ description: 'Aperio Image Library v1\r\n100x50|MPP = 0.5' });
    const slide = await openPages([
      { ...good, tiles: good.tiles.map((tile, i) => (i === 3 ? new Uint8Array(0) : tile)) },
    ]);
    await expect(slide.checkTiles(0)).rejects.toThrow('has lost tile 3 of level 0');
  });

  it('refuses a level that the slide does not have', async () => {
    const slide = await openPages([page()]);
    await expect(slide.fetchRegion({ level: 4, rect: { x: 0, y: 0, widthPx: 1, heightPx: 1 } })).rejects.toThrow(
      'level 4',
    );
  });
});

describe('what is not read yet', () => {
  it.each<[string, Partial<TestPage>, RegExp]>([
    ['JPEG 2000', { compression: 33005 }, /JPEG 2000 \(Aperio, RGB\)/],
    ['WebP', { compression: 50001 }, /WebP/],
    ['an unknown method', { compression: 12345 }, /method 12345/],
    ['16 bits', { tags: { 258: short(16, 16, 16) } }, /16, 16, 16 bits/],
    ['1 bit', { tags: { 258: null } }, /1 bits/],
    ['floating point', { tags: { 339: short(3, 3, 3) } }, /unsigned/],
    ['planes', { tags: { 284: short(2) } }, /separate plane/],
    ['a palette', { photometric: 3, samples: 1 }, /palette colour/],
    ['CMYK', { photometric: 5, samples: 4 }, /CMYK/],
    ['YCbCr without JPEG', { photometric: 6 }, /YCbCr/],
    ['predictor 3', { tags: { 317: short(3) } }, /predictor 3/],
    ['Hamamatsu', { tags: { 65420: long(1) } }, /Hamamatsu NDPI/],
    ['Ventana', { description: 'level=0 mag=40 quality=95' }, /Ventana BIF/],
    ['Leica', { description: '<scn xmlns="http://www.leica-microsystems.com/scn/2010/10/01">' }, /Leica SCN/],
    ['Philips', { tags: { 305: { type: 'text', text: 'Philips DP v1.0' } } }, /Philips TIFF/],
    ['Trestle', { tags: { 305: { type: 'text', text: 'MedScan 1' } } }, /Trestle/],
  ])('names %s and says what to do', async (_, more, message) => {
    const error = await failureOf(writeTestTiff([page(more)]));
    expect(error.code).toBe('slide-unsupported');
    expect(error.message).toMatch(message);
    expect(error.hint).toContain('vips tiffsave');
  });
});

const cmu1 = resolve(import.meta.dirname, '../../../../shared/slides/CMU-1-Small-Region.svs');
describe.skipIf(!existsSync(cmu1))('a truncated CMU-1-Small-Region.svs (skipped without the slide)', () => {
  it.each([10, 5_000, 1_000_000, 1_276_500, 1_938_000])('is called truncated after %i bytes', async (lengthBytes) => {
    const error = await failureOf(
      new Uint8Array(readFileSync(cmu1).subarray(0, lengthBytes)),
      'CMU-1-Small-Region.svs',
    );
    expect(error.code).toBe('slide-truncated');
    expect(error.message).toContain(`has ${lengthBytes} bytes`);
  });
});
