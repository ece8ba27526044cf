import type { Bench } from './figure.ts';
import { detectionBench } from './detection-bench.ts';
import { readingBench } from './reading-bench.ts';
import { startBench } from './start-bench.ts';
import { telemetryBench } from './telemetry-bench.ts';

/** All that is measured, by the name `--only` takes. */
export const BENCHES: Readonly<Record<string, Bench>> = {
  detection: detectionBench,
  reading: readingBench,
  start: startBench,
  telemetry: telemetryBench,
};
