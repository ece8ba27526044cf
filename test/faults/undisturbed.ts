import { digestResults, type ResultDigests } from './check-results.ts';
import { formatSeed } from './format-report.ts';
import { placeTestSlide, type Inputs, type TestRun } from './place-inputs.ts';
import { runSeed } from './run-seed.ts';
import { withWorld } from './with-world.ts';
import type { World } from './world.ts';

export interface Undisturbed {
  /** By run id. */
  readonly digests: Readonly<Record<string, ResultDigests>>;
  readonly seconds: number;
}

export const placeTests = (inputs: Inputs, world: World): Promise<TestRun[]> =>
  Promise.all(inputs.slides.map((slide) => placeTestSlide(slide, world)));

const DEADLINE_MS = 300_000;

/** What every disturbed run is compared with. @throws Error where even in peace something is wrong */
export const runUndisturbed = (folder: string, inputs: Inputs): Promise<Undisturbed> =>
  withWorld({ folder, bundleDir: inputs.bundleDir }, async (world) => {
    const tests = await placeTests(inputs, world);
    const plan = { seed: 0, faults: 0, deadlineMs: DEADLINE_MS, again: false, note: () => undefined };
    const report = await runSeed({ ...plan, world, tests, undisturbed: {} });
    const entries = tests.map(async ({ runId }) => [runId, await digestResults(world.store, runId)] as const);
    const digests = Object.fromEntries(await Promise.all(entries));
    const isWhole = report.problems.length === 0 && report.recomputed.length === 0;
    if (!isWhole || Object.values(digests).some((files) => Object.values(files).includes('missing')))
      throw new Error(`Without any fault: ${formatSeed(report)}`);
    return { digests, seconds: report.seconds };
  });
