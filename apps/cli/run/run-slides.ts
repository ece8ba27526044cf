import { resolve } from 'node:path';
import { createOpenSource } from '../../../slides/open-source.ts';
import { slideName } from '../../../slides/slide-name.ts';
import type { CliContext } from '../cli-context.ts';
import type { CommandAnswer } from '../command-answer.ts';
import { worstExitCode } from '../exit-code.ts';
import { formatCount } from '../format-quantity.ts';
import { withBackend } from '../open-backend.ts';
import { considerSlide, type Candidate } from './candidate.ts';
import { findSlides, type FoundSlides } from './find-slides.ts';
import { inParallel } from './in-parallel.ts';
import { needsStore, pickLocalBundle } from './pick-bundle.ts';
import { requireWritable } from './require-writable.ts';
import type { RunRequest } from './run-request.ts';
import { segmentSlides } from './segment-slides.ts';
import { errorsOfAnswers, exitCodeOfAnswer, jsonOfAnswers, linesOfAnswers, type SlideAnswer } from './slide-answer.ts';

/** Opening a slide reads a few blocks; more at once only makes a slow disk slower. */
const INSPECT_AT_ONCE = 4;
const SKIPPED_SHOWN = 10;

/** `h2g run`: every slide gets an answer, and a bad one never stops the rest. Servers start only for slides that can be run. */
export async function runSlides(request: RunRequest, context: CliContext): Promise<CommandAnswer> {
  const found = await findSlides(request.slides, context.folder);
  noteSkipped(found, context);
  const unfound = found.bad.map(({ argument, error }): SlideAnswer => ({ kind: 'error', slide: argument, error }));
  const answers = [...unfound, ...(found.urls.length === 0 ? [] : await answerSlides(found.urls, request, context))];
  return {
    exitCode: worstExitCode(answers.map(exitCodeOfAnswer)),
    lines: linesOfAnswers(answers),
    errors: errorsOfAnswers(answers),
    json: jsonOfAnswers(answers, request.slides.length === 1 && !found.inFolder),
  };
}

/** The answers to slides that were found. */
export async function answerSlides(
  urls: readonly URL[],
  request: RunRequest,
  context: CliContext,
): Promise<SlideAnswer[]> {
  const { signal, folder } = context;
  await requireWritable(resolve(folder, request.out));
  const bundle = needsStore(request.bundle) ? undefined : await pickLocalBundle(request.bundle, folder);
  const early = { openSource: createOpenSource(), options: request.options, signal };
  const inspection = bundle === undefined ? undefined : { ...early, detection: bundle.detection };
  const candidates = await inParallel(urls, { limit: INSPECT_AT_ONCE, signal }, (url) =>
    considerSlide(url, inspection),
  );
  if (candidates.every(({ kind }) => kind === 'refused')) return candidates.flatMap(refusedAnswer);
  return withBackend(context, (backend) => segmentSlides({ candidates, bundle, request }, { backend, context }));
}

const refusedAnswer = (candidate: Candidate): SlideAnswer[] =>
  candidate.kind === 'refused' ? [{ kind: 'error', slide: slideName(candidate.url), error: candidate.error }] : [];

function noteSkipped({ skipped }: FoundSlides, { output }: CliContext): void {
  if (skipped.length === 0) return;
  output.note(
    `Skipped ${formatCount(skipped.length, 'file')} that ${skipped.length === 1 ? 'is no slide' : 'are no slides'}:`,
  );
  for (const path of skipped.slice(0, SKIPPED_SHOWN)) output.note(`  ${path}`);
  if (skipped.length > SKIPPED_SHOWN) output.note(`  … and ${skipped.length - SKIPPED_SHOWN} more`);
}
