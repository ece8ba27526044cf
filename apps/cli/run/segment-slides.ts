import { resolve } from 'node:path';
import type { SlideInfo } from '../../../domain/slide-info.ts';
import { slideName } from '../../../slides/slide-name.ts';
import type { Backend } from '../backend.ts';
import type { CliContext } from '../cli-context.ts';
import { formatCount } from '../format-quantity.ts';
import { Interrupted, commandToGoOn } from '../interrupted.ts';
import { programName } from '../program-name.ts';
import { ProgressBoard } from '../progress/progress-board.ts';
import type { Candidate } from './candidate.ts';
import { inParallel } from './in-parallel.ts';
import { inspectSlide } from './inspect-slide.ts';
import { FolderNames } from './name-result-folder.ts';
import { pickStoredBundle, type PickedBundle } from './pick-bundle.ts';
import { placeBundle } from './place-bundle.ts';
import type { RunRequest } from './run-request.ts';
import { segmentSlide, type SegmentSettings } from './segment-slide.ts';
import type { SlideAnswer } from './slide-answer.ts';
import { submitterOf } from './submitter.ts';

export interface SegmentTask {
  readonly candidates: readonly Candidate[];
  /** Undefined: it lies in the store and is read here. */
  readonly bundle: PickedBundle | undefined;
  readonly request: RunRequest;
}

interface Tools {
  readonly backend: Backend;
  readonly context: CliContext;
}

/** Every candidate's answer, several under way at once. @throws Interrupted on Ctrl-C */
export async function segmentSlides(task: SegmentTask, { backend, context }: Tools): Promise<SlideAnswer[]> {
  const { candidates, request } = task;
  const { signal, output, folder } = context;
  const { store, openSource } = backend;
  const bundle = task.bundle ?? (await pickStoredBundle(request.bundle ?? '', { store, openSource, signal }));
  const board = new ProgressBoard(output);
  const settings: SegmentSettings = {
    backend,
    bundle: await placeBundle(bundle.ref, { backend, signal }),
    options: request.options,
    lane: request.lane,
    submitter: submitterOf(request.submitter, context.env),
    again: request.again ?? false,
    out: resolve(folder, request.out),
    names: new FolderNames(),
    signal,
    note: (line) => output.note(line),
  };
  const see = (candidate: Candidate): Promise<SlideInfo> => {
    const { options } = request;
    return seen(candidate, { openSource, options, detection: bundle.detection, signal });
  };
  let settled = 0;
  try {
    return await inParallel(candidates, { limit: request.parallel, signal }, async (candidate) => {
      const answer = await answerOf(candidate, { see, board, settings });
      board.show(candidate.url.href, slideName(candidate.url), { kind: 'settled' });
      settled += 1;
      return answer;
    });
  } catch (error) {
    if (!signal.aborted) throw error;
    throw interrupted({ settled, slides: candidates.length, out: settings.out }, context);
  } finally {
    board.clear();
  }
}

interface AnswerTools {
  readonly see: (candidate: Candidate) => Promise<SlideInfo>;
  readonly board: ProgressBoard;
  readonly settings: SegmentSettings;
}

/** A slide's failure is its answer; only Ctrl-C ends the others too. */
async function answerOf(candidate: Candidate, { see, board, settings }: AnswerTools): Promise<SlideAnswer> {
  const { url } = candidate;
  const name = slideName(url);
  try {
    const info = await see(candidate);
    return {
      kind: 'report',
      ...(await segmentSlide(info, (progress) => board.show(url.href, name, progress), settings)),
    };
  } catch (error) {
    if (settings.signal.aborted) throw error;
    return { kind: 'error', slide: name, error };
  }
}

async function seen(candidate: Candidate, inspection: Parameters<typeof inspectSlide>[1]): Promise<SlideInfo> {
  switch (candidate.kind) {
    case 'seen':
      return candidate.info;
    case 'unseen':
      return inspectSlide(candidate.url, inspection);
    case 'refused':
      throw candidate.error;
  }
}

function interrupted(
  { settled, slides, out }: { settled: number; slides: number; out: string },
  { env, args }: CliContext,
): Interrupted {
  const done = slides === 1 ? '' : ` ${settled} of ${formatCount(slides, 'slide')} are finished (${out}).`;
  return new Interrupted(
    `Interrupted; nothing is lost, and batches that are done are not done twice.${done}`,
    `To go on: ${commandToGoOn(programName(env), args)}`,
  );
}
