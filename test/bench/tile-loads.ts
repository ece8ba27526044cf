import { planKey } from '../../domain/keys.ts';
import { Plan } from '../../domain/plan.ts';
import type { S3Settings } from '../../platform/server-settings.ts';
import { createS3Store } from '../../platform/s3/s3-store.ts';
import { createOpenSource } from '../../slides/open-source.ts';
import { createFetchBatch } from '../../workers/detector/fetch-batch.ts';
import { SlideCache } from '../../workers/slide-cache.ts';
import type { TileLoad } from './bare-work.ts';

/** The compressed tiles of every batch of a run's plan, read as a detector reads them. */
export async function tileLoads(runId: string, s3: S3Settings): Promise<TileLoad[]> {
  const plan = await readPlan(runId, s3);
  const slides = new SlideCache(createOpenSource({}));
  const fetchBatch = createFetchBatch(slides);
  const loads: TileLoad[] = [];
  try {
    for (const cells of plan.batches) {
      const { tiles, encoding } = await fetchBatch({ slide: plan.slide, ...plan.detection, cells });
      loads.push({ cells: cells.length, encoding, tiles: tiles.map(({ data }) => data) });
    }
  } finally {
    await slides.close();
  }
  return loads;
}

async function readPlan(runId: string, s3: S3Settings): Promise<Plan> {
  const store = createS3Store(s3);
  try {
    return Plan.parse(JSON.parse(new TextDecoder().decode(await store.get(planKey(runId)))));
  } finally {
    store.close();
  }
}
