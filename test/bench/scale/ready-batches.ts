import type { BundleRef } from '../../../domain/bundle.ts';
import type { TileBatch } from '../../../domain/messages.ts';

export const CELLS_A_BATCH = 16;
const SIDE = 4;

/** Full batches of a slide that is nowhere. */
export const readyBatches = (runId: string, bundle: BundleRef, count: number): TileBatch[] =>
  Array.from({ length: count }, (_, batch) => ({
    runId,
    batch,
    attempt: 0,
    mode: 'whole',
    slide: { url: `s3://h2g/slides/${runId}.svs`, version: 'none' },
    bundle,
    level: 1,
    cellPx: 256,
    cells: Array.from({ length: CELLS_A_BATCH }, (_cell, i): [number, number] => [i % SIDE, Math.floor(i / SIDE)]),
  }));
