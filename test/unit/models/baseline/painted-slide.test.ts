import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import type { BinaryImage } from '../../../../domain/image.ts';
import { baselineBundleDir } from '../../../../models/shipped-bundles.ts';
import { createClassifier } from '../../../../models/create-classifier.ts';
import { loadBundle } from '../../../../models/load-bundle.ts';
import { paintSyntheticSlide } from '../../../../slides/synthetic/paint-synthetic-slide.ts';

const SIDE_PX = 2560;
const CELLS = SIDE_PX / 256;

/** Share of tumour in a cell of the truth, whose pixels are 4 um: 64 x 64 of them a cell. */
function tumourShare(truth: BinaryImage, { column, row }: { column: number; row: number }): number {
  let tumour = 0;
  for (let y = row * 64; y < (row + 1) * 64; y += 1) {
    for (let x = column * 64; x < (column + 1) * 64; x += 1) tumour += truth.data[y * truth.widthPx + x] ?? 0;
  }
  return tumour / (64 * 64);
}

test('tells tumour from the rest on a painted slide', { timeout: 60_000 }, async ({ onTestFinished }) => {
  const dir = await mkdtemp(join(tmpdir(), 'h2g-painted-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const path = join(dir, 'slide.tif');
  const { truth } = await paintSyntheticSlide({ path, widthPx: SIDE_PX, heightPx: SIDE_PX, mpp: 1, seed: 5 });
  const classifier = await createClassifier(await loadBundle(baselineBundleDir()), { providers: ['cpu'] });
  const inside: number[] = [];
  const outside: number[] = [];
  for (let index = 0; index < CELLS * CELLS; index += 1) {
    const cell = { column: index % CELLS, row: Math.floor(index / CELLS) };
    const area = { left: cell.column * 256, top: cell.row * 256, width: 256, height: 256 };
    const patch = await sharp(path, { page: 0 }).extract(area).removeAlpha().raw().toBuffer();
    const [score = Number.NaN] = await classifier.classify(patch, 1);
    const share = tumourShare(truth, cell);
    if (share > 0.9) inside.push(score);
    if (share === 0) outside.push(score);
  }
  await classifier.release();
  expect(inside.length).toBeGreaterThan(1);
  expect(outside.length).toBeGreaterThan(50);
  expect(Math.min(...inside)).toBeGreaterThan(0.9);
  expect(Math.max(...outside)).toBeLessThan(0.1);
});
