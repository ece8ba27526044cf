/**
 * What the product makes of a slide before any network, for test_product.py: grid and cell shares as JSON, planes, a patch and a sampled
 * heatmap as raw bytes. Usage: product-numbers.ts FOLDER; a slide is painted into the folder first.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { argv } from 'node:process';
import { pathToFileURL } from 'node:url';
import { areaAverage } from '../../../../domain/area-average.ts';
import type { Size } from '../../../../domain/geometry.ts';
import { emptyHeatmap } from '../../../../domain/heatmap.ts';
import { chooseDetectionLevel, coarsestLevelCovering, gridOver, planeSize } from '../../../../domain/level.ts';
import { heatmapOverSlide } from '../../../../domain/refinement-input.ts';
import { resolveScale } from '../../../../domain/scale.ts';
import { findTissue, MASK_PLANE_MPP, tissueShares } from '../../../../domain/tissue.ts';
import { createTileDecoder } from '../../../../slides/create-tile-decoder.ts';
import { decodeRegion } from '../../../../slides/decode-region.ts';
import { createOpenSource } from '../../../../slides/open-source.ts';
import { openSlide } from '../../../../slides/open-slide.ts';
import { readPlane } from '../../../../slides/read-plane.ts';
import { paintSyntheticSlide } from '../../../../slides/synthetic/paint-synthetic-slide.ts';

const MODEL = { mpp: 1, mppTolerance: 0.1, patchPx: 256 };
const SQUARE: Size = { widthPx: 1024, heightPx: 1024 };
/** Not the whole multiples of anything, so that rounding shows; one level only, so that cells are averaged down. */
const SLIDE = { widthPx: 3111, heightPx: 2507, mpp: 0.47, seed: 5, layout: { levels: 1 as const } };
const PATCH = { column: 1, row: 2 };

const folder = argv[2] ?? '.';
const path = join(folder, 'slide.tif');
await paintSyntheticSlide({ path, ...SLIDE });

const slide = await openSlide(await createOpenSource()(pathToFileURL(path)));
const decoder = await createTileDecoder();
const { mpp } = resolveScale(slide.info.scale, null);
const detection = chooseDetectionLevel(slide.info, mpp, MODEL);
const level = slide.info.levels[detection.level] ?? slide.info;
const grid = gridOver(level, detection.cellPx);

const maskPlane = await plane(planeSize(slide.info, mpp, MASK_PLANE_MPP));
const tissue = findTissue(maskPlane, 'distance');
const shares = tissueShares(tissue, grid, (detection.cellPx * detection.levelMpp) / MASK_PLANE_MPP);
const heatmap = emptyHeatmap(grid);
heatmap.scores.forEach((_, i) => (heatmap.scores[i] = ((i * 37) % 101) / 100));
const over = heatmapOverSlide(heatmap, { cellPx: detection.cellPx, level }, { size: SQUARE, placement: 'exact' });

await writeFile(join(folder, 'plan.json'), JSON.stringify({ mpp, detection, grid, shares: [...shares] }));
await writeFile(join(folder, 'tissue.raw'), tissue.data);
await writeFile(join(folder, 'mask-plane.raw'), maskPlane.data);
await writeFile(join(folder, 'picture.raw'), (await plane(SQUARE)).data);
await writeFile(join(folder, 'patch.raw'), (await patch()).data);
await writeFile(join(folder, 'over.raw'), new Uint8Array(over.data.buffer));
await slide.close();

async function plane(size: Size) {
  const request = { level: coarsestLevelCovering(slide.info, size), ...size };
  return (await readPlane(slide, request, { decoder })).image;
}

async function patch() {
  const side = detection.cellPx;
  const rect = { x: PATCH.column * side, y: PATCH.row * side, widthPx: side, heightPx: side };
  const image = await decodeRegion(await slide.fetchRegion({ level: detection.level, rect }), decoder);
  const size = { widthPx: MODEL.patchPx, heightPx: MODEL.patchPx };
  return areaAverage(image, { ...rect, x: 0, y: 0 }, size);
}
