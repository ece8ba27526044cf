import { describe, expect, it } from 'vitest';
import { parseAnnotation } from '../../../../domain/evaluation/parse-annotation.ts';
import { rasteriseAreas, type Area } from '../../../../domain/evaluation/rasterise-polygons.ts';
import type { Size } from '../../../../domain/geometry.ts';
import { REFERENCES, unpack } from '../../../fixtures/evaluation/read-references.ts';

async function draw(areas: readonly Area[], slideSize: Size, plane: Size = slideSize): Promise<string[]> {
  const rows: string[] = [];
  for await (const row of rasteriseAreas({ areas, slideSize }, plane).rows()) rows.push(row.join(''));
  return rows;
}

const asRows = ({ widthPx, heightPx, data }: ReturnType<typeof unpack>): string[] =>
  Array.from({ length: heightPx }, (_, y) => data.subarray(y * widthPx, (y + 1) * widthPx).join(''));

describe('rasteriseAreas', () => {
  it.each(REFERENCES.polygons)('$name: as GDAL', async ({ geometries, slide, mask }) => {
    const features = geometries.map((geometry) => ({
      type: 'Feature',
      geometry,
      properties: { classification: { name: 'Tumor' } },
    }));
    const text = JSON.stringify({ type: 'FeatureCollection', features });
    const { areas } = parseAnnotation({ text, path: 'a.geojson', className: 'Tumor' });
    expect(await draw(areas, slide, mask)).toEqual(asRows(unpack(mask)));
  });

  it('sets pixels whose centre is inside, those on the left and upper edge among them', async () => {
    const square: Area = [
      [
        [0.5, 0.5],
        [2.5, 0.5],
        [2.5, 2.5],
        [0.5, 2.5],
      ],
    ];
    expect(await draw([square], { widthPx: 4, heightPx: 3 })).toEqual(['1100', '1100', '0000']);
  });

  it('leaves holes out, joins what overlaps, and cuts at the edge', async () => {
    const frame: Area = [
      [
        [0, 0],
        [4, 0],
        [4, 4],
        [0, 4],
        [0, 0],
      ],
      [
        [1, 1],
        [1, 3],
        [3, 3],
        [3, 1],
        [1, 1],
      ],
    ];
    const bar: Area = [
      [
        [-9, 2],
        [99, 2],
        [99, 3],
        [-9, 3],
      ],
    ];
    const size = { widthPx: 5, heightPx: 4 };
    expect(await draw([frame], size)).toEqual(['11110', '10010', '10010', '11110']);
    expect(await draw([frame, bar], size)).toEqual(['11110', '10010', '11111', '11110']);
  });

  it('scales from the slide to the plane', async () => {
    const half: Area = [
      [
        [0, 0],
        [8, 0],
        [8, 16],
        [0, 16],
      ],
    ];
    expect(await draw([half], { widthPx: 16, heightPx: 16 }, { widthPx: 4, heightPx: 2 })).toEqual(['1100', '1100']);
  });
});
