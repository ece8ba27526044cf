import { median } from '../median.ts';
import type { ScaleMeasurement } from './measure-scale.ts';

/** Medians over the rounds. */
export interface ScaleFigure {
  readonly detectors: number;
  readonly batchesPerSecond: number;
  /** Of as many times the rate of the smallest number of detectors. */
  readonly ofLinear: number;
  /** Of what they would do if nothing but the model took time. */
  readonly ofPerfect: number;
  readonly cpuMsABatch: { readonly nats: number; readonly detectors: number };
}

export function scaleFigures(measured: readonly ScaleMeasurement[], batchSeconds: number): ScaleFigure[] {
  const counts = [...new Set(measured.map(({ detectors }) => detectors))];
  const medianOf = (count: number, value: (measurement: ScaleMeasurement) => number): number =>
    median(measured.filter(({ detectors }) => detectors === count).map(value));
  const rateOf = (count: number): number => medianOf(count, ({ batchesPerSecond }) => batchesPerSecond);
  const least = Math.min(...counts);
  return counts.map((count) => ({
    detectors: count,
    batchesPerSecond: rateOf(count),
    ofLinear: rateOf(count) / ((rateOf(least) / least) * count),
    ofPerfect: (rateOf(count) * batchSeconds) / count,
    cpuMsABatch: {
      nats: medianOf(count, ({ cpu }) => cpu.nats * 1_000),
      detectors: medianOf(count, ({ cpu }) => cpu.detectors * 1_000),
    },
  }));
}
