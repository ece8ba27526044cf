import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareMasks, type Comparison } from '../../../../domain/evaluation/compare-masks.ts';
import { imageOnPlane } from '../../../../domain/evaluation/plane-mask.ts';
import type { BinaryImage } from '../../../../domain/image.ts';
import { REFERENCES, unpack } from '../../../fixtures/evaluation/read-references.ts';

const compare = (prediction: BinaryImage, annotation: BinaryImage): Promise<Comparison> =>
  compareMasks(imageOnPlane(prediction, prediction), imageOnPlane(annotation, annotation));

const arbitraryMask = (widthPx: number, heightPx: number): fc.Arbitrary<BinaryImage> =>
  fc
    .uint8Array({ min: 0, max: 1, minLength: widthPx * heightPx, maxLength: widthPx * heightPx })
    .map((data) => ({ widthPx, heightPx, data }));

const pairOfMasks = fc
  .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }))
  .chain(([width, height]) => fc.tuple(arbitraryMask(width, height), arbitraryMask(width, height)));

/** By the definition: every surface pixel against every other. */
function slowHd95(a: BinaryImage, b: BinaryImage): { larger: number; pooled: number } {
  const [forth, back] = [directed(a, b), directed(b, a)];
  return { larger: Math.max(percentile(forth), percentile(back)), pooled: percentile([...forth, ...back]) };
}

function surfaceOf({ widthPx, heightPx, data }: BinaryImage): [number, number][] {
  const isSet = (x: number, y: number): boolean =>
    x >= 0 && y >= 0 && x < widthPx && y < heightPx && data[y * widthPx + x] === 1;
  const found: [number, number][] = [];
  for (let y = 0; y < heightPx; y++)
    for (let x = 0; x < widthPx; x++)
      if (isSet(x, y) && !(isSet(x - 1, y) && isSet(x + 1, y) && isSet(x, y - 1) && isSet(x, y + 1)))
        found.push([x, y]);
  return found;
}

function directed(a: BinaryImage, b: BinaryImage): number[] {
  const others = surfaceOf(b);
  return surfaceOf(a).map(([x, y]) => Math.min(...others.map(([u, v]) => Math.hypot(x - u, y - v))));
}

function percentile(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = 0.95 * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
  return low + (high - low) * (place - Math.floor(place));
}

describe('compareMasks', () => {
  it.each(REFERENCES.masks)('$name: as scikit-learn, MedPy, and HD95 by the definition of MONAI', async (reference) => {
    const scores = await compare(unpack(reference.prediction), unpack(reference.annotation));
    for (const [ours, theirs] of [
      [scores.recall, reference.recall],
      [scores.precision, reference.precision],
      [scores.dsc, reference.f1 ?? 1],
      [scores.dsc, reference.dice ?? scores.dsc],
      [scores.iou, reference.iou ?? 1],
      [scores.hd95Um, reference.hd95],
      [scores.hd95PooledUm, reference.hd95Pooled],
    ] as const) {
      if (theirs === null) expect(ours).toBeUndefined();
      else expect(Math.abs((ours ?? NaN) - theirs)).toBeLessThan(1e-9);
    }
  });

  it('knows precision from recall', async () => {
    const annotation = { widthPx: 4, heightPx: 1, data: Uint8Array.of(1, 1, 1, 1) };
    const prediction = { widthPx: 4, heightPx: 1, data: Uint8Array.of(1, 0, 0, 0) };
    expect(await compare(prediction, annotation)).toMatchObject({ recall: 0.25, precision: 1, dsc: 0.4, iou: 0.25 });
    expect(await compare(annotation, prediction)).toMatchObject({ recall: 1, precision: 0.25, dsc: 0.4, iou: 0.25 });
  });

  it('measures HD95 as its definition does', async () => {
    await fc.assert(
      fc.asyncProperty(pairOfMasks, async ([a, b]) => {
        const { hd95Um, hd95PooledUm } = await compare(a, b);
        if (!a.data.includes(1) || !b.data.includes(1)) {
          expect(hd95Um).toBeUndefined();
          return;
        }
        const { larger, pooled } = slowHd95(a, b);
        expect(hd95Um).toBeCloseTo(larger, 9);
        expect(hd95PooledUm).toBeCloseTo(pooled, 9);
      }),
    );
  });

  it('is the same from both sides, but for recall and precision, which change places', async () => {
    await fc.assert(
      fc.asyncProperty(pairOfMasks, async ([a, b]) => {
        const [one, other] = [await compare(a, b), await compare(b, a)];
        expect(one).toEqual({
          ...other,
          recall: other.precision,
          precision: other.recall,
          overlap: { both: other.overlap.both, predicted: other.overlap.annotated, annotated: other.overlap.predicted },
        });
      }),
    );
  });

  it('finds the nearest surface however far away it is', async () => {
    const size = { widthPx: 300, heightPx: 700 };
    const places = fc.array(fc.nat(size.widthPx * size.heightPx - 1), { minLength: 1, maxLength: 12 });
    const dots = places.map((set): BinaryImage => {
      const data = new Uint8Array(size.widthPx * size.heightPx);
      for (const place of set) data[place] = 1;
      return { ...size, data };
    });
    await fc.assert(
      fc.asyncProperty(dots, dots, async (a, b) => {
        const { hd95Um, hd95PooledUm } = await compare(a, b);
        const { larger, pooled } = slowHd95(a, b);
        expect(hd95Um).toBeCloseTo(larger, 9);
        expect(hd95PooledUm).toBeCloseTo(pooled, 9);
      }),
      { numRuns: 25 },
    );
  });

  it('refuses masks of two planes, and stops when asked to', async () => {
    const [a, b] = [new Uint8Array(6), new Uint8Array(6)];
    await expect(
      compare({ widthPx: 3, heightPx: 2, data: a }, { widthPx: 2, heightPx: 3, data: b }),
    ).rejects.toMatchObject({ code: 'internal' });
    const mask = imageOnPlane({ widthPx: 3, heightPx: 2, data: a }, { widthPx: 3, heightPx: 2 });
    await expect(compareMasks(mask, mask, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  });
});
