import type { ListedSlide, SlideRecord } from './cohort.ts';
import { addCounts, NO_OUTCOMES, SLIDE_OUTCOMES, type OutcomeCounts, type SlideOutcome } from './segment-cohort.ts';

/**
 * Where a slide of a cohort stands: its outcome, if it has one. Else `running` or, while its cohort is under way, `unfinished`: it waits, or
 * nobody can tell yet. `not-run`: its cohort has ended without it.
 */
export type Standing = SlideOutcome | 'running' | 'unfinished' | 'not-run';

export interface SlideStanding {
  readonly slide: ListedSlide;
  readonly standing: Standing;
  /** Only one that counts. */
  readonly record: SlideRecord | undefined;
}

/** Of a cohort that is under way. */
export interface UnderWay {
  /** What an earlier attempt has left is being tried again; undefined for a watch, which keeps all outcomes. */
  readonly attempt: string | undefined;
  /** Ids of the runs that are known to be under way. */
  readonly running: readonly string[];
}

/** @param underWay undefined: the cohort has ended, and an outcome counts whatever the attempt */
export function standingsOf(
  slides: readonly ListedSlide[],
  outcomes: ReadonlyMap<string, SlideRecord>,
  underWay: UnderWay | undefined,
): SlideStanding[] {
  const running = new Set(underWay?.running);
  const without = (runId: string): Standing => {
    if (underWay === undefined) return 'not-run';
    return running.has(runId) ? 'running' : 'unfinished';
  };
  return slides.map((slide): SlideStanding => {
    if (slide.run === undefined) return { slide, standing: 'refused', record: undefined };
    const { runId } = slide.run;
    const found = outcomes.get(runId);
    const counts = underWay?.attempt === undefined || found?.attempt === underWay.attempt;
    const record = counts ? found : undefined;
    return { slide, standing: record?.outcome ?? without(runId), record };
  });
}

const isOutcome = (standing: Standing): standing is SlideOutcome =>
  SLIDE_OUTCOMES.some((outcome) => outcome === standing);

/** How many slides have ended, and how; one that stands in the list twice counts once. */
export const countStandings = (standings: readonly SlideStanding[]): OutcomeCounts =>
  standings.reduce(
    (counts, { slide, standing }) =>
      slide.run?.repeated === true || !isOutcome(standing) ? counts : addCounts(counts, { [standing]: 1 }),
    NO_OUTCOMES,
  );

/** How many slides this attempt has run to their end, rather than found with their results. */
export const countWorked = (standings: readonly SlideStanding[], attempt: string): number =>
  standings.filter(
    ({ slide, record }) => slide.run?.repeated !== true && record?.attempt === attempt && record.reused !== true,
  ).length;

const WITHOUT_RESULT: readonly Standing[] = ['failed', 'cancelled', 'refused', 'not-run'];

/** Slides, each once, that have come to their end without a result. */
export const withoutResult = (standings: readonly SlideStanding[]): SlideStanding[] =>
  standings.filter(({ slide, standing }) => slide.run?.repeated !== true && WITHOUT_RESULT.includes(standing));
