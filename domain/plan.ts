import { z } from 'zod';
import { cutIntoBatches } from './batches.ts';
import type { DetectionStage } from './bundle.ts';
import { cellAt, type Size } from './geometry.ts';
import type { BinaryImage } from './image.ts';
import { chooseDetectionLevel, gridOver } from './level.ts';
import type { PhysicalScale } from './scale.ts';
import type { SlideInfo } from './slide-info.ts';
import { areaMm2, MASK_PLANE_MPP, TISSUE_SHARE, tissueShares } from './tissue.ts';

const Px = z.int().positive();

/** `plan.json`: everything that is decided before any inference; the same spec gives the same plan. */
export const Plan = z.object({
  schema: z.literal('h2g-plan/1'),
  runId: z.string(),
  slide: z.object({
    url: z.string(),
    version: z.string(),
    name: z.string(),
    widthPx: Px,
    heightPx: Px,
    mpp: z.number().positive(),
    scale: z.enum(['stated', 'assumed', 'given']),
    /** What the slide itself says, where the scale was given; plans of older versions lack it. */
    slideSays: z.object({ x: z.number(), y: z.number(), scale: z.enum(['stated', 'assumed']) }).optional(),
  }),
  /** The level that detection reads, and a cell's side on it. */
  detection: z.object({
    level: z.int().min(0),
    levelMpp: z.number(),
    widthPx: Px,
    heightPx: Px,
    cellPx: Px,
    patchPx: Px,
  }),
  grid: z.object({ columns: Px, rows: Px }),
  tissue: z.object({ areaMm2: z.number(), cells: z.int().min(0) }),
  /** `[column, row]` of each batch's cells; a batch's number is its place here. */
  batches: z.array(z.array(z.tuple([z.int().min(0), z.int().min(0)]))),
});
export type Plan = z.infer<typeof Plan>;

export interface PlanInput {
  readonly runId: string;
  readonly slide: SlideInfo;
  readonly scale: PhysicalScale;
  readonly detection: DetectionStage;
  /** Tissue on the mask plane. */
  readonly tissue: BinaryImage;
}

/** Decides what is to be done; nothing is read or sent here. */
export function makePlan({ runId, slide, scale, detection, tissue }: PlanInput): Plan {
  const chosen = chooseDetectionLevel(slide, scale.mpp, detection);
  const level: Size = slide.levels[chosen.level] ?? slide;
  const grid = gridOver(level, chosen.cellPx);
  const shares = tissueShares(tissue, grid, (chosen.cellPx * chosen.levelMpp) / MASK_PLANE_MPP);
  const cells = [...shares.keys()].filter((index) => (shares[index] ?? 0) >= TISSUE_SHARE).map((i) => cellAt(grid, i));
  return {
    schema: 'h2g-plan/1',
    runId,
    slide: {
      url: slide.url,
      version: slide.version,
      name: slide.name,
      widthPx: slide.widthPx,
      heightPx: slide.heightPx,
      ...scale,
    },
    detection: { ...chosen, widthPx: level.widthPx, heightPx: level.heightPx, patchPx: detection.patchPx },
    grid,
    tissue: { areaMm2: areaMm2(tissue, MASK_PLANE_MPP), cells: cells.length },
    batches: cutIntoBatches(cells).map((batch) => batch.map(({ column, row }): [number, number] => [column, row])),
  };
}
