import type { CohortRecord } from '../../domain/cohort.ts';
import { H2gError } from '../../domain/error.ts';
import { cohortPageKey, outcomesPrefix, runIdOfOutcome } from '../../domain/keys.ts';
import { addCounts, NO_OUTCOMES } from '../../domain/segment-cohort.ts';
import { encodeJson } from '../load-plan.ts';
import { loadCohort, settleFromReport } from './cohort-objects.ts';
import type { SegmentCohortActivities, TakenSlide } from './contract.ts';
import { inChunks } from './in-chunks.ts';
import type { CohortTools } from './ports.ts';

/** So many slides are looked up in the store a round; a prefix that was full from the start takes several. */
const LOOKED_UP = 256;

/**
 * A slide's run follows from its object's name and content, so one that was seen before is known by its outcome, and one that was replaced
 * is another run. Nothing is remembered but what lies in the store and what is under way.
 */
export const createLookForSlides =
  ({ store, listSlides, runIdOf }: CohortTools): SegmentCohortActivities['lookForSlides'] =>
  async ({ cohortId, attempt, open, limit }) => {
    const cohort = await loadCohort(store, cohortId);
    const { bundle, options } = cohort;
    const known = new Set([...open, ...(await settledRuns(store, cohortId))]);
    const fresh = (await listSlides(prefixOf(cohort)))
      .map((slide): TakenSlide => ({ runId: runIdOf({ slide, bundle, options }), slide }))
      .filter(({ runId }) => !known.has(runId));
    let settled = NO_OUTCOMES;
    const toRun: TakenSlide[] = [];
    await inChunks(fresh.slice(0, LOOKED_UP), async (taken) => {
      if (toRun.length >= limit) return;
      const page = { schema: 'h2g-cohort-slides/1', slides: [{ asked: taken.slide.url, run: taken }] };
      await store.put(cohortPageKey(cohortId, taken.runId), encodeJson(page), { contentType: 'application/json' });
      const outcome = await settleFromReport(store, { cohortId, attempt, runId: taken.runId });
      if (outcome === undefined) toRun.push(taken);
      else settled = addCounts(settled, { [outcome]: 1 });
    });
    return { bundle, options, slides: toRun, settled, more: fresh.length > LOOKED_UP || toRun.length >= limit };
  };

const settledRuns = async (store: CohortTools['store'], cohortId: string): Promise<string[]> =>
  (await store.list(outcomesPrefix(cohortId))).map(({ key }) => runIdOfOutcome(key));

function prefixOf({ source, cohortId }: CohortRecord): URL {
  if (source.kind === 'watch') return new URL(source.prefix);
  throw new H2gError({
    code: 'internal',
    message: `Cohort ${cohortId} has a list and watches nothing.`,
    hint: 'Somebody has overwritten its cohort.json: start the watch again.',
  });
}
