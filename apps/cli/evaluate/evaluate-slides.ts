import { compareMasks } from '../../../domain/evaluation/compare-masks.ts';
import type { SlideScores } from '../../../domain/evaluation/evaluation.ts';
import { asH2gError, H2gError } from '../../../domain/error.ts';
import type { EvaluationCase } from './evaluation-case.ts';
import type { OpenMethod } from './methods.ts';
import { openAnnotation } from './open-annotation.ts';

export interface EvaluationRequest {
  readonly cases: readonly EvaluationCase[];
  readonly methods: readonly OpenMethod[];
  readonly className: string;
  readonly signal: AbortSignal;
  /** Told what is compared next. */
  readonly onProgress: (done: number, next: string) => void;
}

/**
 * Every method on every slide, one after the other: each takes a core already. All files are opened once before, so that a bad one is found now and not
 * hours later. Errors name the slide.
 */
export async function evaluateSlides(request: EvaluationRequest): Promise<SlideScores[]> {
  const { cases, methods, onProgress, signal } = request;
  await checkFiles(request);
  const scores: SlideScores[] = [];
  for (const [index, slide] of cases.entries()) {
    for (const method of methods) {
      signal.throwIfAborted();
      onProgress(index, `${slide.slide.name}, ${method.method.name}`);
      scores.push(await evaluate(slide, method, request));
    }
  }
  return scores;
}

const SHOWN = 5;

/** Opens annotations and masks without reading them. @throws H2gError the only problem, or all of them in one */
async function checkFiles({ cases, methods, className, signal }: EvaluationRequest): Promise<void> {
  const errors: H2gError[] = [];
  for (const slide of cases) {
    const { extent, plane } = slide;
    const openings = [
      () => openAnnotation({ path: slide.slide.annotation, extent, plane, className }, signal),
      ...methods.filter(({ method }) => method.kind === 'results').map((method) => () => method.open(slide, signal)),
    ];
    for (const open of openings) {
      try {
        await (await open()).close();
      } catch (thrown) {
        signal.throwIfAborted();
        errors.push(atSlide(thrown, slide));
      }
    }
  }
  const [first] = errors;
  if (first === undefined) return;
  if (errors.length === 1) throw first;
  const more = errors.length > SHOWN ? [`  … and ${errors.length - SHOWN} more`] : [];
  const lines = errors.slice(0, SHOWN).map(({ message }) => `  ${message}`);
  throw new H2gError({
    code: first.code,
    message: [`${errors.length} files cannot be used:`, ...lines, ...more].join('\n'),
    hint: first.hint,
  });
}

function atSlide(thrown: unknown, { slide: { name, line } }: EvaluationCase): H2gError {
  const { code, message, hint } = asH2gError(thrown);
  return new H2gError({ code, message: `${name} (line ${line}): ${message}`, hint }, { cause: thrown });
}

async function evaluate(
  slide: EvaluationCase,
  method: OpenMethod,
  { className, signal }: EvaluationRequest,
): Promise<SlideScores> {
  const { extent, plane } = slide;
  try {
    const annotation = await openAnnotation({ path: slide.slide.annotation, extent, plane, className }, signal);
    try {
      const prediction = await method.open(slide, signal);
      try {
        const comparison = await compareMasks(prediction.mask, annotation.mask, signal);
        return { slide: slide.slide.slide, method: method.method.name, group: slide.slide.group, ...comparison };
      } finally {
        await prediction.close();
      }
    } finally {
      await annotation.close();
    }
  } catch (thrown) {
    signal.throwIfAborted();
    throw atSlide(thrown, slide);
  }
}
