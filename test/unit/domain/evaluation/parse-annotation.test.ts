import { describe, expect, it } from 'vitest';
import { parseAnnotation } from '../../../../domain/evaluation/parse-annotation.ts';
import { encodeOutlinesGeojson } from '../../../../results/encode-outlines-geojson.ts';

const RING = [
  [0, 0],
  [4, 0],
  [4, 4],
  [0, 0],
];
const feature = (
  className: string | undefined,
  geometry: object = { type: 'Polygon', coordinates: [RING] },
): object => ({
  type: 'Feature',
  geometry,
  properties: className === undefined ? {} : { classification: { name: className } },
});
const parse = (json: unknown, className = 'Tumor'): number =>
  parseAnnotation({ text: JSON.stringify(json), path: 'a.geojson', className }).areas.length;
const collection = (...features: object[]): object => ({ type: 'FeatureCollection', features });

describe('parseAnnotation', () => {
  it('takes the features of one class, in any of the forms that QuPath writes', () => {
    expect(parse(collection(feature('Tumor'), feature('Stroma'), feature(undefined)))).toBe(1);
    expect(parse([feature('Tumor'), feature('Tumor')])).toBe(2);
    expect(parse(feature('Tumor'))).toBe(1);
    expect(parse(collection(feature('Invasive')), 'Invasive')).toBe(1);
    const derived = { ...feature(undefined), properties: { classification: { names: ['Tumor', 'Positive'] } } };
    expect(parse(collection(derived), 'Tumor: Positive')).toBe(1);
    expect(parse(collection(feature('Tumor', { type: 'MultiPolygon', coordinates: [[RING, RING], [RING]] })))).toBe(2);
  });

  it('reads what h2g run writes', () => {
    const exterior = [
      { x: 0, y: 0 },
      { x: 4, y: 0 },
      { x: 4, y: 4 },
    ];
    const bytes = encodeOutlinesGeojson({ outlines: [{ exterior, holes: [] }], mpp: 0.5 });
    expect(parse(JSON.parse(Buffer.from(bytes).toString()))).toBe(1);
  });

  it('takes an empty collection for a slide without tumour, but not a file of other classes', () => {
    expect(parse(collection())).toBe(0);
    expect(() => parse(collection(feature('tumour'), feature(undefined)))).toThrow(
      'a.geojson has 2 features, but none of class "Tumor" (classes: "tumour", none).',
    );
  });

  it.each([
    ['{', 'a.geojson is no JSON'],
    ['{"type":"Topology"}', 'neither a FeatureCollection nor features'],
    [JSON.stringify(collection({ type: 'Polygon' })), 'feature 1 is no GeoJSON feature'],
    [
      JSON.stringify(collection(feature('Stroma'), feature('Tumor', { type: 'LineString', coordinates: RING }))),
      'feature 2 (class Tumor) is a LineString',
    ],
    [
      JSON.stringify(collection({ ...feature('Tumor'), geometry: null })),
      'feature 1 (class Tumor) is without a geometry',
    ],
    [JSON.stringify(collection(feature('Tumor', { type: 'Polygon', coordinates: [] }))), 'has no ring'],
    [
      JSON.stringify(collection(feature('Tumor', { type: 'Polygon', coordinates: [[[0, 0]]] }))),
      'ring 1 has fewer than 3',
    ],
    [
      JSON.stringify(
        collection(feature('Tumor', { type: 'MultiPolygon', coordinates: [[RING], [[[0, 0], [1], [2, 2]]]] })),
      ),
      'polygon 2, ring 1: corner 2 is not two numbers',
    ],
  ])('%s', (text, message) => {
    const parsing = (): unknown => parseAnnotation({ text, path: 'a.geojson', className: 'Tumor' });
    expect(parsing).toThrow(
      expect.objectContaining({ code: 'annotation-invalid', message: expect.stringContaining(message) }),
    );
  });
});
