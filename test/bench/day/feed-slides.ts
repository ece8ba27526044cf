import { setTimeout as delay } from 'node:timers/promises';
import type { BundleRef } from '../../../domain/bundle.ts';
import { RESULT_FILES, resultKey } from '../../../domain/keys.ts';
import type { ObjectStore } from '../../../domain/object-store.ts';
import { Report } from '../../../domain/report.ts';
import type { Lane } from '../../../domain/run-spec.ts';
import { runIdOf } from '../../../platform/digest.ts';
import type { RunClient } from '../../../platform/run-client.ts';
import { hashUnit } from '../../../slides/synthetic/random.ts';
import { daySlide, daySpec } from './day-slides.ts';

/** What became of one slide. */
export interface DaySlideResult {
  readonly outcome: string;
  readonly lane: Lane;
  readonly cells: number;
  /** From its start to its end, and what the report says of each stage. */
  readonly seconds: { readonly whole: number } & Report['stages'];
}

export interface Feeding {
  readonly runs: RunClient;
  readonly store: ObjectStore;
  readonly bundle: BundleRef;
  readonly slides: number;
  /** So many runs are under way at any time. */
  readonly atOnce: number;
  readonly lanes: readonly LaneShare[];
  readonly seed: number;
  readonly onDone: (result: DaySlideResult) => void;
}

export interface LaneShare {
  readonly lane: Lane;
  readonly share: number;
}

/** Starts a slide whenever another has ended, until all are done. @throws what made a run fail */
export async function feedSlides(feeding: Feeding): Promise<void> {
  const numbers = Array.from({ length: feeding.slides }, (_, number) => number).values();
  const feed = async (): Promise<void> => {
    for (const number of numbers) feeding.onDone(await runSlide(feeding, number));
  };
  const feeders = Array.from({ length: feeding.atOnce }, async (_, i) => {
    // Nobody starts all of a day's slides in one moment.
    await delay(i * 100);
    await feed();
  });
  await Promise.all(feeders);
}

async function runSlide({ runs, store, bundle, lanes, seed }: Feeding, number: number): Promise<DaySlideResult> {
  const spec = daySpec(daySlide(number, seed), bundle);
  const runId = runIdOf(spec);
  const lane = pickLane(lanes, hashUnit(seed, number, 2));
  const started = performance.now();
  await runs.start(runId, spec, lane);
  const { outcome } = await runs.result(runId);
  const whole = (performance.now() - started) / 1_000;
  const bytes = await store.get(resultKey(runId, RESULT_FILES.report));
  const report = Report.parse(JSON.parse(new TextDecoder().decode(bytes)));
  return { outcome, lane, cells: report.cells.analysed, seconds: { whole, ...report.stages } };
}

function pickLane(lanes: readonly LaneShare[], place: number): Lane {
  const total = lanes.reduce((sum, { share }) => sum + share, 0);
  let left = place * total;
  for (const { lane, share } of lanes) {
    if (left < share) return lane;
    left -= share;
  }
  return 'routine';
}
