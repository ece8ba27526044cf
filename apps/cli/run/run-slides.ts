import { createOpenSource } from '../../../slides/open-source.ts';
import type { CliContext } from '../cli-context.ts';
import { runCohort } from '../cohort/run-cohort.ts';
import type { CommandAnswer } from '../command-answer.ts';
import { worstExitCode } from '../exit-code.ts';
import { formatCount } from '../format-quantity.ts';
import { withBackend } from '../open-backend.ts';
import { considerSlide, nameOf, type Candidate } from './candidate.ts';
import { checkRequest } from './check-request.ts';
import { eachOnce, findSlides, type FoundSlides } from './find-slides.ts';
import { inParallel } from './in-parallel.ts';
import { listPrefixes } from './list-prefixes.ts';
import { prepareRun, type PrepareRequest } from './prepare-run.ts';
import type { RunRequest } from './run-request.ts';
import { segmentAlone } from './segment-alone.ts';
import {
  errorsOfAnswers,
  exitCodeOfAnswer,
  jsonOfAnswers,
  linesOfAnswers,
  type AnsweredSlides,
  type SlideAnswer,
} from './slide-answer.ts';

/** Opening a slide reads a few blocks; more at once only makes a slow disk slower. */
const INSPECT_AT_ONCE = 4;
const SKIPPED_SHOWN = 10;

/** `h2g run`: every slide gets an answer, and a bad one never stops the rest. Servers start only for slides that can be run. */
export async function runSlides(request: RunRequest, context: CliContext): Promise<CommandAnswer> {
  const found = await findSlides(request.slides, context.folder);
  noteSkipped(found, context);
  const unfound = found.bad.map(({ argument, error }): SlideAnswer => ({ kind: 'error', slide: argument, error }));
  const isNothing = found.slides.length + found.prefixes.length === 0;
  const answered = isNothing
    ? { answers: [] }
    : await answerSlides(found, { bundle: await checkRequest(request, context), request }, context);
  const answers = [...unfound, ...answered.answers];
  return {
    exitCode: worstExitCode(answers.map(exitCodeOfAnswer)),
    lines: [...linesOfAnswers(answers), ...cohortLine(answered)],
    errors: errorsOfAnswers(answers),
    json: jsonOfAnswers(answers, request.slides.length === 1 && !found.many, answered.cohort),
  };
}

const cohortLine = ({ cohort }: AnsweredSlides): string[] =>
  cohort === undefined ? [] : [`as a table: h2g cohort export ${cohort}`];

/** The answers to slides that were found, for a request that was checked: one is run alone, several are a cohort. */
export async function answerSlides(
  { slides, prefixes }: Pick<FoundSlides, 'slides' | 'prefixes'>,
  { bundle, request }: PrepareRequest,
  context: CliContext,
): Promise<AnsweredSlides> {
  const { signal } = context;
  const early = { openSource: createOpenSource(), options: request.options, signal };
  const inspection = bundle === undefined ? undefined : { ...early, detection: bundle.detection };
  const candidates = await inParallel(slides, { limit: INSPECT_AT_ONCE, signal }, (slide) =>
    considerSlide(slide, inspection),
  );
  if (prefixes.length === 0 && candidates.every(isRefused)) return { answers: candidates.map(refusal) };
  return withBackend(context, async (backend) => {
    const listed = await listPrefixes(prefixes, backend);
    const all = [...candidates, ...withoutKnown(listed, candidates)];
    if (all.every(isRefused)) return { answers: all.map(refusal) };
    const prepared = await prepareRun({ bundle, request }, { backend, context });
    const [only] = all;
    if (all.length === 1 && only !== undefined) return { answers: [await segmentAlone(only, prepared, context)] };
    return runCohort(all, { prepared, request, context });
  });
}

type Refused = Extract<Candidate, { kind: 'refused' }>;

const isRefused = (candidate: Candidate): candidate is Refused => candidate.kind === 'refused';

const refusal = (candidate: Refused): SlideAnswer => ({
  kind: 'error',
  slide: nameOf(candidate),
  error: candidate.error,
});

/** A slide may be named by itself and lie under a prefix that was named as well. */
function withoutKnown(listed: readonly Candidate[], candidates: readonly Candidate[]): Candidate[] {
  const kept = new Set(eachOnce([...candidates, ...listed].map(({ slide }) => slide)));
  return listed.filter(({ slide }) => kept.has(slide));
}

function noteSkipped({ skipped }: FoundSlides, { output }: CliContext): void {
  if (skipped.length === 0) return;
  output.note(
    `Skipped ${formatCount(skipped.length, 'file')} that ${skipped.length === 1 ? 'is no slide' : 'are no slides'}:`,
  );
  for (const path of skipped.slice(0, SKIPPED_SHOWN)) output.note(`  ${path}`);
  if (skipped.length > SKIPPED_SHOWN) output.note(`  … and ${skipped.length - SKIPPED_SHOWN} more`);
}
