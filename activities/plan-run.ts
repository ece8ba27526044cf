import { addBytes } from '../domain/byte-source.ts';
import { planKey } from '../domain/keys.ts';
import { chooseDetectionLevel, coarsestLevelCovering } from '../domain/level.ts';
import { makePlan } from '../domain/plan.ts';
import { resolveScale } from '../domain/scale.ts';
import { findTissue, maskPlaneOf } from '../domain/tissue.ts';
import type { RunInLane, SegmentSlideActivities } from './contract.ts';
import { encodeJson } from './load-plan.ts';
import type { ActivityTools } from './ports.ts';
import type { Pulse } from './pulse.ts';

type PlanRun = (run: RunInLane, pulse: Pulse) => ReturnType<SegmentSlideActivities['planRun']>;

/** Opens the slide by byte ranges, checks its physical scale, finds tissue, stores the plan. */
export const createPlanRun =
  ({ store, slides, models }: Pick<ActivityTools, 'store' | 'slides' | 'models'>): PlanRun =>
  async ({ runId, spec, lane }, { signal }) => {
    const { detection } = await models.manifest(spec.bundle);
    const { info, bytes: opening } = await slides.inspect(spec.slide);
    const slide = { ...info, name: spec.slide.name };
    const scale = resolveScale(slide.scale, spec.options.mpp);
    const detectionLevel = chooseDetectionLevel(slide, scale.mpp, detection).level;
    const tables = await slides.checkTiles({ slide: spec.slide, level: detectionLevel }, { signal });
    const size = maskPlaneOf(slide, scale.mpp);
    const level = coarsestLevelCovering(slide, size);
    const { image, bytes } = await slides.readPlane({ slide: spec.slide, level, ...size }, { lane, signal });
    const tissue = findTissue(image, spec.options.tissue);
    const plan = makePlan({ runId, slide, scale, detection, tissue });
    const plannedBefore = (await store.head(planKey(runId))) !== undefined;
    await store.put(planKey(runId), encodeJson(plan), { contentType: 'application/json' });
    const read = [opening, tables, bytes].reduce(addBytes);
    return { cells: plan.tissue.cells, batches: plan.batches.length, bytes: read, plannedBefore };
  };
