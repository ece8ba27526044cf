import { countSlides } from '../../../domain/cohort-pages.ts';
import { runIdOfOutcome } from '../../../domain/keys.ts';
import { H2gError } from '../../../domain/error.ts';
import { settledCount } from '../../../domain/segment-cohort.ts';
import type { CohortProgress } from '../../../platform/cohort-client.ts';
import { cohortIdOf } from '../../../platform/digest.ts';
import { inSpan } from '../../../platform/tracing/tracing.ts';
import type { Backend } from '../backend.ts';
import type { CliContext } from '../cli-context.ts';
import { formatCount } from '../format-quantity.ts';
import { Interrupted, commandToGoOn } from '../interrupted.ts';
import { programName } from '../program-name.ts';
import type { Candidate } from '../run/candidate.ts';
import { inParallel } from '../run/in-parallel.ts';
import { keepLooking } from '../run/keep-looking.ts';
import type { Prepared } from '../run/prepare-run.ts';
import type { RunRequest } from '../run/run-request.ts';
import type { AnsweredSlides, SlideAnswer } from '../run/slide-answer.ts';
import { CohortBoard } from './cohort-board.ts';
import { createResultsCollector, fetchAnswer, notRun, type ResultsCollector } from './collect-results.ts';
import { followCohort } from './follow-cohort.ts';
import { placeSlides, type PlacedSlide } from './place-slides.ts';
import { listOutcomes } from './read-cohort.ts';
import { startListed } from './start-listed.ts';

const FETCHES_AT_ONCE = 4;
const RETRY_FETCH_MS = 1_000;

interface Tools {
  readonly prepared: Prepared;
  readonly request: RunRequest;
  readonly context: CliContext;
}

/** Several slides: lists them, starts their cohort or attaches to it, follows it, and fetches each result when it is there. */
export async function runCohort(
  candidates: readonly Candidate[],
  { prepared, request, context }: Tools,
): Promise<AnsweredSlides> {
  const { settings } = prepared;
  const board = new CohortBoard(context.output);
  let settled = 0;
  let total = candidates.length;
  try {
    const slides = await placeSlides(candidates, { prepared, parallel: request.parallel, board });
    total = countSlides(slides.map(({ listed }) => listed));
    const cohortId = cohortIdOf(slides.map(({ listed }) => listed.run?.runId ?? listed.asked));
    if (slides.every(({ listed }) => listed.run === undefined))
      return { answers: slides.map((slide) => refused(slide)) };
    if (await isFinished(cohortId, slides, settings.backend)) {
      settings.note(finishedAlready(slides));
      return { cohort: cohortId, answers: await fetchAll(slides, settings) };
    }
    const { tracing } = settings.backend;
    await inSpan(tracing, { name: 'h2g run', attributes: { cohortId } }, () =>
      startListed({ cohortId, slides, request }, settings),
    );
    const names = new Map(slides.map(({ name, listed }) => [listed.run?.runId ?? '', name]));
    const collector = createResultsCollector(cohortId, names, settings);
    const onProgress = createCollecting(collector, (count) => (settled = count));
    const doneBefore = countSlides(slides.flatMap(({ isDone, listed }) => (isDone ? [listed] : [])));
    const ended = await followCohort(settings.backend, { ...settings, cohortId, board, doneBefore, onProgress });
    await collectLast(collector, ended, settings);
    return { cohort: cohortId, answers: slides.map((slide) => answerTo(slide, collector, ended)) };
  } catch (error) {
    if (!settings.signal.aborted) throw error;
    throw interrupted({ settled, total, settings }, context);
  } finally {
    board.clear();
  }
}

/** All results are there, and the cohort has noted all outcomes: nothing is to be started. */
async function isFinished(
  cohortId: string,
  slides: readonly PlacedSlide[],
  { store }: Pick<Backend, 'store'>,
): Promise<boolean> {
  const toRun = slides.filter(({ listed }) => listed.run !== undefined);
  if (!toRun.every(({ isDone }) => isDone)) return false;
  const noted = new Set((await listOutcomes(store, cohortId)).map(({ key }) => runIdOfOutcome(key)));
  return toRun.every(({ listed }) => noted.has(listed.run?.runId ?? ''));
}

/** A run that stands in the list twice is fetched once. */
async function fetchAll(slides: readonly PlacedSlide[], settings: Prepared['settings']): Promise<SlideAnswer[]> {
  const { signal } = settings;
  const fetched = new Map<string, Promise<SlideAnswer>>();
  return inParallel(slides, { limit: FETCHES_AT_ONCE, signal }, async (slide) => {
    const { run } = slide.listed;
    if (run === undefined) return refused(slide);
    const answer = fetched.get(run.runId) ?? fetchAnswer(run.runId, slide.name, settings);
    fetched.set(run.runId, answer);
    return marked(await answer, slide);
  });
}

/** @example "All 3 slides that can be run are finished already, …" */
function finishedAlready(slides: readonly PlacedSlide[]): string {
  const listed = slides.map((slide) => slide.listed);
  const runs = listed.filter(({ run }) => run !== undefined);
  const which = runs.length === listed.length ? '' : ' that can be run';
  return `All ${formatCount(countSlides(runs), 'slide')}${which} are finished already, here are their results (--again does them anew)`;
}

/** A line that names a slide again has the same answer, and is not counted twice. */
const marked = (answer: SlideAnswer, { listed }: PlacedSlide): SlideAnswer =>
  listed.run?.repeated === true ? { ...answer, repeated: true } : answer;

const refused = ({ name, error }: PlacedSlide): SlideAnswer => ({ kind: 'error', slide: name, error });

/** Collects in the background, one collection at a time, whenever more slides are settled; a store that is away is tried at the next. */
function createCollecting(
  collector: ResultsCollector,
  onSettled: (count: number) => void,
): (progress: CohortProgress) => void {
  let collected = 0;
  let isCollecting = false;
  return ({ counts, attempt }) => {
    const settled = settledCount(counts);
    onSettled(settled);
    if (isCollecting || settled === collected) return;
    isCollecting = true;
    void collector
      .collect(attempt)
      .then(() => (collected = settled))
      .catch(() => undefined)
      .finally(() => (isCollecting = false));
  };
}

async function collectLast(
  collector: ResultsCollector,
  { attempt }: CohortProgress,
  { note, signal }: Prepared['settings'],
): Promise<void> {
  await keepLooking(() => collector.collectRest(attempt), {
    everyMs: RETRY_FETCH_MS,
    isOver: () => true,
    onSeen: () => undefined,
    onTrouble: note,
    signal,
  });
}

function answerTo(slide: PlacedSlide, { answers }: ResultsCollector, { state }: CohortProgress): SlideAnswer {
  const { name, listed, error } = slide;
  if (listed.run === undefined) return { kind: 'error', slide: name, error };
  const why = state.kind === 'failed' ? new H2gError(state.error) : notRun(name);
  return marked(answers.get(listed.run.runId) ?? { kind: 'error', slide: name, error: why }, slide);
}

function interrupted(
  { settled, total, settings }: { settled: number; total: number; settings: Prepared['settings'] },
  { env, args }: CliContext,
): Interrupted {
  const goesOn = settings.backend.kind === 'configured' ? ' The cohort goes on without this command.' : '';
  return new Interrupted(
    `Interrupted; nothing is lost, and batches that are done are not done twice.${goesOn} ${settled} of ${formatCount(total, 'slide')} are settled (${settings.out}).`,
    `To go on: ${commandToGoOn(programName(env), args)}`,
  );
}
