import { alignColumns } from '../../../apps/cli/align-columns.ts';
import type { ScaleFigure } from './scale-figures.ts';

/** What the project has promised. */
const PROMISED = { detectors: 16, ofLinear: 0.9 };

export function scaleTable(figures: readonly ScaleFigure[]): string {
  const rows = figures.map(({ detectors, batchesPerSecond, ofLinear, ofPerfect, cpuMsABatch }) => [
    String(detectors),
    batchesPerSecond.toFixed(1),
    ofLinear.toFixed(3),
    ofPerfect.toFixed(3),
    cpuMsABatch.nats.toFixed(2),
    cpuMsABatch.detectors.toFixed(2),
    detectors === PROMISED.detectors ? promise(ofLinear) : '',
  ]);
  const heads = ['detectors', 'batches/s', 'of linear', 'of perfect', 'ms CPU a batch: NATS', 'detectors', ''];
  return alignColumns([heads, ...rows]).join('\n');
}

const promise = (ofLinear: number): string =>
  `at least ${PROMISED.ofLinear}: ${ofLinear >= PROMISED.ofLinear ? 'kept' : 'NOT KEPT'}`;
