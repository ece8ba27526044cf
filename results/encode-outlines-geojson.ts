import { polygonArea, type Polygon } from '../domain/outlines.ts';
import type { Ring } from '../domain/trace-pixel-rings.ts';

export interface OutlinesInput {
  /** In level-0 pixels. */
  readonly outlines: readonly Polygon[];
  /** um/px of level 0. */
  readonly mpp: number;
}

const TUMOUR_CLASS = { name: 'Tumor', color: [200, 0, 0] };
const UM2_PER_MM2 = 1e6;

/**
 * `tumour.geojson` as QuPath writes and reads it: one annotation of class "Tumor" a polygon, in level-0 pixels with y downwards (not degrees),
 * rounded to a hundredth of a pixel. Built feature by feature: a text of all might be longer than a string may be.
 */
export function encodeOutlinesGeojson({ outlines, mpp }: OutlinesInput): Uint8Array {
  const features = outlines.map((polygon, index) =>
    Buffer.from(`${index === 0 ? '' : ','}\n${encodeFeature(polygon, index, mpp)}`),
  );
  return Buffer.concat([Buffer.from('{"type":"FeatureCollection","features":['), ...features, Buffer.from('\n]}\n')]);
}

function encodeFeature(polygon: Polygon, index: number, mpp: number): string {
  const rings = [polygon.exterior, ...polygon.holes].map(encodeRing).join(',');
  const properties = {
    objectType: 'annotation',
    name: `Tumour ${index + 1}`,
    classification: TUMOUR_CLASS,
    isLocked: false,
    measurements: { 'Area mm^2': Number(((polygonArea(polygon) * mpp * mpp) / UM2_PER_MM2).toFixed(6)) },
  };
  return `{"type":"Feature","geometry":{"type":"Polygon","coordinates":[${rings}]},"properties":${JSON.stringify(properties)}}`;
}

/** GeoJSON repeats a ring's first corner at its end. */
function encodeRing(ring: Ring): string {
  const corners = ring.map(({ x, y }) => `[${toHundredths(x)},${toHundredths(y)}]`);
  return `[${[...corners, ...corners.slice(0, 1)].join(',')}]`;
}

const toHundredths = (value: number): number => Math.round(value * 100) / 100;
