import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Polygon } from '../../../domain/outlines.ts';
import { encodeOutlinesGeojson } from '../../../results/encode-outlines-geojson.ts';

const Document = z.strictObject({
  type: z.literal('FeatureCollection'),
  features: z.array(
    z.strictObject({
      type: z.literal('Feature'),
      geometry: z.strictObject({
        type: z.literal('Polygon'),
        coordinates: z.array(z.array(z.tuple([z.number(), z.number()])).min(4)).min(1),
      }),
      properties: z.strictObject({
        objectType: z.literal('annotation'),
        name: z.string(),
        classification: z.strictObject({ name: z.literal('Tumor'), color: z.array(z.int()).length(3) }),
        isLocked: z.boolean(),
        measurements: z.record(z.string(), z.number()),
      }),
    }),
  ),
});
const read = (bytes: Uint8Array) => Document.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));

const square = (x: number, y: number, side: number) => [
  { x, y },
  { x: x + side, y },
  { x: x + side, y: y + side },
  { x, y: y + side },
];

describe('encodeOutlinesGeojson', () => {
  it('writes one annotation of class Tumor a polygon, rings closed, to a hundredth of a pixel', () => {
    const outlines: Polygon[] = [
      { exterior: square(10.123456, 0, 2000), holes: [square(100, 100, 1000).toReversed()] },
      { exterior: square(5000, 5000, 8), holes: [] },
    ];
    const { features } = read(encodeOutlinesGeojson({ outlines, mpp: 0.5 }));
    expect(features).toHaveLength(2);
    expect(features[0]?.geometry.coordinates).toEqual([
      [
        [10.12, 0],
        [2010.12, 0],
        [2010.12, 2000],
        [10.12, 2000],
        [10.12, 0],
      ],
      [
        [100, 1100],
        [1100, 1100],
        [1100, 100],
        [100, 100],
        [100, 1100],
      ],
    ]);
    // 2000^2 - 1000^2 px of 0.25 um^2.
    expect(features[0]?.properties.measurements).toEqual({ 'Area mm^2': 0.75 });
  });

  it('is a collection without features where there is no tumour', () => {
    expect(read(encodeOutlinesGeojson({ outlines: [], mpp: 0.5 })).features).toEqual([]);
  });

  it('bears a hundred thousand corners', () => {
    const exterior = Array.from({ length: 100_000 }, (_, i) => ({ x: i, y: i % 2 }));
    const { features } = read(encodeOutlinesGeojson({ outlines: [{ exterior, holes: [] }], mpp: 0.5 }));
    expect(features[0]?.geometry.coordinates[0]).toHaveLength(100_001);
  });
});
