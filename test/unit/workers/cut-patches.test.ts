import { describe, expect, it } from 'vitest';
import { areaAverage } from '../../../domain/area-average.ts';
import { cutPatches } from '../../../workers/threads/cut-patches.ts';
import { Scratch } from '../../../workers/threads/scratch.ts';
import { patternImage } from '../../fixtures/test-pictures.ts';

const AT = { x: 40, y: 80 };
const image = patternImage({ widthPx: 24, heightPx: 16 });
const patchOf = (column: number, row: number): number[] => {
  const rect = { x: column * 8 - AT.x, y: row * 8 - AT.y, widthPx: 8, heightPx: 8 };
  return [...areaAverage(image, rect, { widthPx: 4, heightPx: 4 }).data];
};
const cut = (cells: (readonly [number, number])[], scratch: Scratch): number[] => [
  ...cutPatches(image, { at: AT, cells, cellPx: 8, patchPx: 4 }, scratch),
];

describe('cutPatches', () => {
  it('gives the patches one after the other in the order of the cells', () => {
    expect(
      cut(
        [
          [7, 11],
          [5, 10],
        ],
        new Scratch(),
      ),
    ).toEqual([...patchOf(7, 11), ...patchOf(5, 10)]);
  });

  it('gives no more than the patches from memory that held more before', () => {
    const scratch = new Scratch();
    cut(
      [
        [5, 10],
        [6, 10],
        [7, 10],
      ],
      scratch,
    );
    expect(cut([[6, 11]], scratch)).toEqual(patchOf(6, 11));
  });
});
