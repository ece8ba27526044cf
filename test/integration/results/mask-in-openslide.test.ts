import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planeSize } from '../../../domain/level.ts';
import { TUMOUR_PLANE_MPP } from '../../../domain/mask.ts';
import { encodeMaskTiff } from '../../../results/encode-mask-tiff.ts';
import { findOpenSlide, type OpenSlideHandle } from '../../fixtures/openslide.ts';

const openSlide = findOpenSlide();
const SLIDES = [
  { name: 'CMU-1 Small Region', slideSize: { widthPx: 2220, heightPx: 2967 }, mpp: 0.499 },
  { name: 'a whole section at x40', slideSize: { widthPx: 48_001, heightPx: 30_007 }, mpp: 0.2528 },
];

/** The set blocks are 3 x 3 mask pixels: in the four corners and in the middle. */
describe.skipIf(openSlide === undefined).each(SLIDES)('mask.tif of $name in OpenSlide', ({ slideSize, mpp }) => {
  let folder: string;
  let path: string;
  const size = planeSize(slideSize, mpp, TUMOUR_PLANE_MPP);
  const middle = { x: Math.floor(size.widthPx / 2), y: Math.floor(size.heightPx / 2) };
  const blocks = [
    { x: 1, y: 1 },
    { x: size.widthPx - 2, y: 1 },
    { x: 1, y: size.heightPx - 2 },
    { x: size.widthPx - 2, y: size.heightPx - 2 },
    middle,
  ];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'h2g-mask-'));
    path = join(folder, 'mask.tif');
    const data = new Uint8Array(size.widthPx * size.heightPx);
    for (const { x, y } of blocks)
      for (let dy = -1; dy <= 1; dy++) for (let dx = -1; dx <= 1; dx++) data[(y + dy) * size.widthPx + x + dx] = 1;
    await writeFile(path, await encodeMaskTiff({ mask: { ...size, data }, slideSize, mpp }));
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('opens, with the physical size of the slide to a ten-thousandth', () => {
    const slide = openSlide?.open(path);
    expect(slide).toMatchObject(size);
    const { mppX, mppY } = mppOf(slide);
    expect((mppX * size.widthPx) / (slideSize.widthPx * mpp)).toBeCloseTo(1, 4);
    expect((mppY * size.heightPx) / (slideSize.heightPx * mpp)).toBeCloseTo(1, 4);
    slide?.close();
  });

  it('lies on the slide: corners and centre are where the slide’s own pixels say', () => {
    const slide = openSlide?.open(path);
    const { mppX, mppY } = mppOf(slide);
    const valueAt = (slideX: number, slideY: number): number | undefined => {
      const [x, y] = [Math.floor((slideX * mpp) / mppX), Math.floor((slideY * mpp) / mppY)];
      return slide && slide.pixel(x, y, 0) & 0xff;
    };
    const { widthPx: w, heightPx: h } = slideSize;
    const margin = 6 / mpp;
    const set = [
      [margin, margin],
      [w - margin, margin],
      [margin, h - margin],
      [w - margin, h - margin],
      [w / 2, h / 2],
    ] as const;
    for (const [x, y] of set) expect(valueAt(x, y), `set at ${x}, ${y}`).toBe(1);
    const clear = [
      [w / 4, h / 4],
      [w / 2 + 5 * margin, h / 2],
      [w - 4 * margin, h - margin],
      [margin, h - 4 * margin],
    ] as const;
    for (const [x, y] of clear) expect(valueAt(x, y), `clear at ${x}, ${y}`).toBe(0);
    slide?.close();
  });
});

/** OpenSlide 4 says it itself; OpenSlide 3 passes on the resolution tags. */
function mppOf(slide: OpenSlideHandle | undefined): { mppX: number; mppY: number } {
  const umPerCm = 10_000;
  if (slide?.property('openslide.mpp-x') === null) expect(slide.property('tiff.ResolutionUnit')).toBe('centimeter');
  const along = (axis: 'X' | 'Y'): number =>
    Number(
      slide?.property(`openslide.mpp-${axis.toLowerCase()}`) ??
        umPerCm / Number(slide?.property(`tiff.${axis}Resolution`)),
    );
  return { mppX: along('X'), mppY: along('Y') };
}
