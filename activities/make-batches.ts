import { modelToken } from '../domain/bundle.ts';
import type { TileBatch } from '../domain/messages.ts';
import type { Plan } from '../domain/plan.ts';
import type { RunSpec } from '../domain/run-spec.ts';

/** After this many attempts as a whole, the cells of a batch are tried one by one. */
const WHOLE_ATTEMPTS = 3;

export const modelOf = (spec: RunSpec): string => modelToken(spec.bundle);

/** The message that asks for a batch. @param attempt how often it was tried before */
export function tileBatch(
  plan: Plan,
  spec: RunSpec,
  { batch, attempt }: { batch: number; attempt: number },
): TileBatch {
  return {
    runId: plan.runId,
    batch,
    attempt,
    mode: attempt < WHOLE_ATTEMPTS ? 'whole' : 'cells',
    slide: { url: spec.slide.url, version: spec.slide.version },
    bundle: spec.bundle,
    level: plan.detection.level,
    cellPx: plan.detection.cellPx,
    cells: plan.batches[batch] ?? [],
  };
}
