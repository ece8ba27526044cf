import { describe, expect, it } from 'vitest';
import {
  ascii,
  encodeTiffDirectory,
  encodeTiffHeader,
  long,
  resolutionTags,
  short,
} from '../../../domain/tiff-directory.ts';
import { TAG } from '../../../domain/tiff-tags.ts';

describe('encodeTiffHeader', () => {
  it('is little-endian, 42 and where the first directory lies', () => {
    expect([...encodeTiffHeader(0x01020304)]).toEqual([0x49, 0x49, 42, 0, 4, 3, 2, 1]);
  });
});

describe('encodeTiffDirectory', () => {
  it('keeps short values in the entry and puts others behind the directory, at even places', () => {
    const tags = { [TAG.imageWidth]: long([7]), [TAG.bitsPerSample]: short(8, 8, 8), [TAG.software]: ascii('abcd') };
    const bytes = encodeTiffDirectory(tags, { offset: 100, next: 0x99 });
    const view = new DataView(bytes.buffer);
    const entry = (index: number) => [0, 2].map((at) => view.getUint16(2 + index * 12 + at, true));
    const value = (index: number) => view.getUint32(2 + index * 12 + 8, true);
    expect(view.getUint16(0, true)).toBe(3);
    expect([entry(0), entry(1), entry(2)]).toEqual([
      [256, 4],
      [258, 3],
      [305, 2],
    ]);
    // Three entries end at 2 + 36 + 4 = 42; three shorts are 6 bytes, five letters 5 and one to be even.
    expect([value(0), value(1), value(2)]).toEqual([7, 142, 148]);
    expect(view.getUint32(38, true)).toBe(0x99);
    expect([...bytes.subarray(42)]).toEqual([8, 0, 8, 0, 8, 0, 97, 98, 99, 100, 0, 0]);
  });
});

describe('resolutionTags', () => {
  it.each([0.1, 0.25, 0.499, 4.0000903, 255.987, 5_000])('states %d um a pixel to within 13 millionths', (um) => {
    const tag = resolutionTags({ x: um, y: 1 })[TAG.xResolution];
    const [numerator = 0, denominator = 1] = tag?.type === 'rational' ? tag.values : [];
    expect(Math.max(numerator, denominator)).toBeLessThan(2 ** 32);
    expect(Math.abs(10_000 / (numerator / denominator) / um - 1)).toBeLessThan(1.3e-5);
    expect(Number.isInteger(numerator) && Number.isInteger(denominator)).toBe(true);
  });
});
