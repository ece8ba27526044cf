import { describe, expect, it } from 'vitest';
import { FAILED_COLOUR, GLASS_COLOUR, scoreColour } from '../../../domain/colour-map.ts';
import { glassImage, type RgbImage } from '../../../domain/image.ts';
import { encodeHeatmapPicture } from '../../../results/encode-heatmap-picture.ts';
import { encodeOverlayPicture } from '../../../results/encode-overlay-picture.ts';
import { encodeSnapshotPicture } from '../../../results/encode-snapshot-picture.ts';
import { framePicture } from '../../../results/frame-picture.ts';
import { decodePicture, encodePicture } from '../../../results/picture-png.ts';
import { patternImage } from '../../fixtures/test-pictures.ts';

const heatmap = {
  columns: 3,
  rows: 2,
  scores: Float32Array.of(1, 0, 0.5, 0, 0, 0),
  status: Uint8Array.of(1, 1, 1, 0, 0, 2),
};

const coloursOf = ({ data }: RgbImage): Set<string> => {
  const colours = new Set<string>();
  for (let i = 0; i < data.length; i += 3) colours.add(data.subarray(i, i + 3).join());
  return colours;
};

describe('encodeSnapshotPicture', () => {
  it('paints 16 px a cell in the colour of its score, glass grey, failed striped', async () => {
    const picture = await decodePicture(await encodeSnapshotPicture(heatmap));
    expect([picture.widthPx, picture.heightPx]).toEqual([48, 32]);
    const at = (x: number, y: number) => [...picture.data.subarray((y * 48 + x) * 3, (y * 48 + x) * 3 + 3)];
    expect([at(0, 0), at(16, 0), at(40, 8)]).toEqual([scoreColour(1), scoreColour(0), scoreColour(0.5)]);
    expect(at(8, 24)).toEqual(GLASS_COLOUR);
    expect(coloursOf(picture)).toContain(FAILED_COLOUR.join());
  });

  it('stays small whatever the grid', async () => {
    const [columns, rows] = [1_000, 3];
    const status = new Uint8Array(columns * rows).fill(2);
    const picture = await decodePicture(
      await encodeSnapshotPicture({ columns, rows, scores: new Float32Array(3_000), status }),
    );
    expect([picture.widthPx, picture.heightPx]).toEqual([1_000, 3]);
    expect(coloursOf(picture)).toEqual(new Set([FAILED_COLOUR.join()]));
  });
});

describe('encodeHeatmapPicture', () => {
  const input = { heatmap, cellUm: 256, slideName: 'Präparat 1 <&> 😀.svs' };

  it('shows every colour of the map in the legend, and the cells', async () => {
    const colours = coloursOf(await decodePicture(await encodeHeatmapPicture(input)));
    for (const score of [0, 0.5, 1]) expect(colours).toContain(scoreColour(score).join());
    expect(colours).toContain(GLASS_COLOUR.join());
    expect(colours).toContain(FAILED_COLOUR.join());
  });

  it('names failed cells only where there are some', async () => {
    const status = Uint8Array.of(1, 1, 1, 0, 0, 0);
    const whole = await decodePicture(await encodeHeatmapPicture({ ...input, heatmap: { ...heatmap, status } }));
    expect(coloursOf(whole)).not.toContain(FAILED_COLOUR.join());
  });

  it('gives the same bytes each time', async () => {
    expect(await encodeHeatmapPicture(input)).toEqual(await encodeHeatmapPicture(input));
  });
});

describe('encodeOverlayPicture', () => {
  const overlayOf = (widthPx: number, heightPx: number) =>
    encodeOverlayPicture({
      thumbnail: glassImage({ widthPx: 64, heightPx: 64 }),
      heatmap,
      grid: { cellPx: 512, level: { widthPx, heightPx } },
      mask: { widthPx: 2, heightPx: 1, data: Uint8Array.of(1, 0) },
      slideSize: { widthPx, heightPx },
      mpp: 0.5,
      slideName: 'x'.repeat(300),
      outcomeLine: 'done',
    });

  it.each([
    [1536, 1024, 1280, 853],
    [1024, 1536, 853, 1280],
    [300, 30_000, 13, 1280],
    [30_000, 2, 1280, 1],
  ])('keeps the shape of a slide of %i x %i px: %i x %i', async (width, height, pictureWidth, pictureHeight) => {
    const picture = await decodePicture(await overlayOf(width, height));
    expect(picture.heightPx).toBe(pictureHeight + 78 + 78);
    expect(picture.widthPx).toBeGreaterThanOrEqual(pictureWidth + 56);
  });

  it('draws the outline red and gives the same bytes each time', async () => {
    const png = await overlayOf(1536, 1024);
    expect(coloursOf(await decodePicture(png))).toContain('200,0,0');
    expect(await overlayOf(1536, 1024)).toEqual(png);
  });
});

describe('framePicture', () => {
  it('leaves the picture as it is, within a thin line on white', async () => {
    const picture = patternImage({ widthPx: 700, heightPx: 40 });
    const framed = await decodePicture(
      await framePicture({ picture, umPerPx: 8, title: 'gjpq', subtitle: 'gjpq', legend: [] }),
    );
    const row = (y: number): number[] => [
      ...framed.data.subarray(y * framed.widthPx * 3, (y + 1) * framed.widthPx * 3),
    ];
    const [white, line] = [
      [255, 255, 255],
      [0xc9, 0xcd, 0xd6],
    ];
    const margin = Array.from({ length: 27 }, () => white).flat();
    const edge = [...margin, ...Array.from({ length: 702 }, () => line).flat(), ...margin];
    expect(row(77)).toEqual(edge);
    for (const y of [0, 20, 39]) {
      const own = [...picture.data.subarray(y * 2_100, (y + 1) * 2_100)];
      expect(row(78 + y)).toEqual([...margin, ...line, ...own, ...line, ...margin]);
    }
    expect(row(118)).toEqual(edge);
    expect(new Set(row(119))).toEqual(new Set([255]));
  });
});

describe('encodePicture', () => {
  it('loses nothing', async () => {
    const picture = {
      widthPx: 17,
      heightPx: 5,
      data: Uint8Array.from({ length: 17 * 5 * 3 }, (_, i) => (i * 37) % 256),
    };
    const decoded = await decodePicture(await encodePicture(picture));
    expect({ ...decoded, data: new Uint8Array(decoded.data) }).toEqual(picture);
  });
});
