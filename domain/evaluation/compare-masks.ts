import { H2gError } from '../error.ts';
import { hausdorff95, type Hausdorff95 } from './hausdorff.ts';
import { scoreOverlap, type Overlap, type OverlapScores } from './overlap.ts';
import type { PlaneMask } from './plane-mask.ts';
import { surfaceDistances } from './surface-distances.ts';
import { SurfaceTracer } from './surface.ts';

/** One prediction against one annotation. */
export interface Comparison extends OverlapScores, Partial<Hausdorff95> {
  readonly overlap: Overlap;
}

/**
 * Compares two masks on one plane in a single pass over their rows; held are a few rows and the two surfaces. HD95 is left out where one of the
 * masks is empty. Throws `internal` if the planes differ, and the signal's reason.
 */
export async function compareMasks(
  prediction: PlaneMask,
  annotation: PlaneMask,
  signal?: AbortSignal,
): Promise<Comparison> {
  requireSamePlane(prediction, annotation);
  const surfaces = { predicted: new SurfaceTracer(prediction.size), annotated: new SurfaceTracer(annotation.size) };
  const counts = { both: 0, predicted: 0, annotated: 0 };
  const predictedRows = prediction.rows(signal);
  try {
    for await (const annotated of annotation.rows(signal)) {
      const { value: predicted, done } = await predictedRows.next();
      if (done === true) throw new RangeError('the prediction has fewer rows than the plane');
      countRow(predicted, annotated, counts);
      surfaces.predicted.push(predicted);
      surfaces.annotated.push(annotated);
    }
  } finally {
    await predictedRows.return(undefined);
  }
  const [predicted, annotated] = [surfaces.predicted.finish(), surfaces.annotated.finish()];
  const distances = hausdorff95(surfaceDistances(predicted, annotated), surfaceDistances(annotated, predicted));
  return { overlap: counts, ...scoreOverlap(counts), ...distances };
}

function countRow(
  predicted: Uint8Array,
  annotated: Uint8Array,
  counts: { both: number; predicted: number; annotated: number },
): void {
  let both = 0;
  let ours = 0;
  let theirs = 0;
  for (let x = 0; x < predicted.length; x++) {
    const a = predicted[x]!;
    const b = annotated[x]!;
    both += a & b;
    ours += a;
    theirs += b;
  }
  counts.both += both;
  counts.predicted += ours;
  counts.annotated += theirs;
}

function requireSamePlane({ size: a }: PlaneMask, { size: b }: PlaneMask): void {
  if (a.widthPx === b.widthPx && a.heightPx === b.heightPx) return;
  throw new H2gError({
    code: 'internal',
    message: `A mask of ${a.widthPx} x ${a.heightPx} px cannot be compared with one of ${b.widthPx} x ${b.heightPx} px.`,
    hint: 'This should not happen: please report it.',
  });
}
