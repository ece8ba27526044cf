import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { checkBundle } from '../../../models/check-bundle.ts';
import { createClassifier } from '../../../models/create-classifier.ts';
import { createRefiner } from '../../../models/create-refiner.ts';
import { loadBundle } from '../../../models/load-bundle.ts';
import { noisePatches } from './noise-patches.ts';

const DIR = fileURLToPath(new URL('../../../../shared/models/h2g-synthetic/', import.meta.url));
const SIDE = 1024;

/** The expected numbers come from Python: onnxruntime 1.32.0 and NumPy on the same pictures. */
describe.skipIf(!existsSync(DIR))(
  'h2g-synthetic (skipped where ../shared/models is absent)',
  { timeout: 60_000 },
  () => {
    test('is sound', async () => {
      const { ok, findings } = await checkBundle(DIR, { providers: ['cpu'] });
      expect(findings.filter((finding) => !finding.ok)).toEqual([]);
      expect(ok).toBe(true);
    });

    test('classifies as Python does', async () => {
      const classifier = await createClassifier(await loadBundle(DIR), { providers: ['cpu'] });
      const scores = await classifier.classify(noisePatches(3), 3);
      await classifier.release();
      const expected = [0.04003817, 0.02517267, 0.03694585];
      expected.forEach((score, index) => expect(scores[index]).toBeCloseTo(score, 4));
    });

    test('refines as Python does, the same bits with one thread and with two', async () => {
      const image = {
        widthPx: SIDE,
        heightPx: SIDE,
        data: Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, index) => {
          const [x, y] = [Math.floor(index / 3) % SIDE, Math.floor(index / 3 / SIDE)];
          return ((Math.floor(x / 4) + Math.floor(y / 8) + (index % 3) * 40) % 200) + 20;
        }),
      };
      const heatmap = {
        widthPx: SIDE,
        heightPx: SIDE,
        data: Float32Array.from({ length: SIDE * SIDE }, (_, index) => {
          const [x, y] = [index % SIDE, Math.floor(index / SIDE)];
          return ((Math.floor(x / 64) + Math.floor(y / 64)) % 5) / 4;
        }),
      };
      const bundle = await loadBundle(DIR);
      const results = [];
      for (const intraOpThreads of [1, 2]) {
        const refiner = await createRefiner(bundle, { providers: ['cpu'], intraOpThreads });
        results.push((await refiner.refine(image, heatmap)).data);
        await refiner.release();
      }
      const [one = new Float32Array(), two = new Float32Array()] = results;
      const places = [
        [0, 0, 0.38595387],
        [512, 512, 0.2223759],
        [1023, 1023, 0.40856847],
        [100, 900, 0.2630137],
      ] as const;
      for (const [x, y, expected] of places) expect(one[y * SIDE + x]).toBeCloseTo(expected, 4);
      expect(one.reduce((sum, value) => sum + value, 0) / one.length).toBeCloseTo(0.33745557, 4);
      expect(Buffer.compare(Buffer.from(one.buffer), Buffer.from(two.buffer))).toBe(0);
    });
  },
);
