/**
 * Records the histories of this version, each workflow in what may become of it, on servers of its own: `npm run build`, then
 * `npx tsx test/replay/record-all.ts`. Done once for a release, when its workflows are final.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { RunSpec } from '../../domain/run-spec.ts';
import { cohortWorkflowIdOf } from '../../domain/segment-cohort.ts';
import { workflowIdOf } from '../../domain/segment-slide.ts';
import { runIdOf } from '../../platform/digest.ts';
import { createTemporalCohortClient } from '../../platform/temporal/temporal-cohort-client.ts';
import { paintSyntheticSlide } from '../../slides/synthetic/paint-synthetic-slide.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { h2g } from '../e2e/h2g.ts';
import { openSite } from '../e2e/site.ts';
import { writeSlowBundle } from '../fixtures/slow-bundle.ts';
import { storeHistory } from './store-history.ts';

const { version } = packageJson;

await using site = await openSite(writeSlowBundle);
const { runs, link } = site;
await Promise.all([site.start('orchestrator'), site.start('detector')]);
const slides = await Promise.all(
  [1, 2].map(async (seed) => {
    const path = site.path(`slide-${seed}.tif`);
    await paintSyntheticSlide({ path, widthPx: 3_000, heightPx: 2_500, mpp: 1, seed });
    return path;
  }),
);
const spec = await site.specOf(slides[0] ?? '');

/** The same slide under another question. */
const question = (minCoverage: number): { runId: string; spec: RunSpec } => {
  const asked = { ...spec, options: { ...spec.options, minCoverage } };
  return { runId: runIdOf(asked), spec: asked };
};

async function inWork(runId: string): Promise<void> {
  while (((await runs.progress(runId)).cells?.done ?? 0) === 0) await delay(50);
}

const record = async (runId: string, how: string): Promise<void> => {
  await storeHistory(link, workflowIdOf(runId), `segment-slide-${version}-${how}`);
  process.stdout.write(`segment-slide, ${how}\n`);
};

const undisturbed = question(0.9);
await runs.start(undisturbed.runId, undisturbed.spec, 'routine');
await runs.result(undisturbed.runId);
await record(undisturbed.runId, 'undisturbed');

const paused = question(0.8);
await runs.start(paused.runId, paused.spec, 'routine');
await inWork(paused.runId);
await runs.pause(paused.runId);
await runs.setLane(paused.runId, 'stat');
await runs.resume(paused.runId);
await runs.result(paused.runId);
await record(paused.runId, 'paused');

const cancelled = question(0.7);
await runs.start(cancelled.runId, cancelled.spec, 'routine');
await inWork(cancelled.runId);
await runs.cancel(cancelled.runId);
await runs.result(cancelled.runId).catch(() => undefined);
await record(cancelled.runId, 'cancelled');

const answer = await h2g(['run', ...slides, '--bundle', site.bundleDir, '--out', site.path('out'), '--json'], site.env);
const [cohort] = await createTemporalCohortClient(link).list(1);
if (cohort === undefined) throw new Error(`there is no cohort: ${answer.stderr}`);
await storeHistory(link, cohortWorkflowIdOf(cohort.cohortId), `segment-cohort-${version}-list`);
process.stdout.write('segment-cohort, list\n');
