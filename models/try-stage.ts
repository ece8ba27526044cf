import { createClassifier } from './create-classifier.ts';
import { createRefiner } from './create-refiner.ts';
import type { SkippedProvider } from './create-session.ts';
import type { Bundle, Stage } from './load-bundle.ts';
import type { Provider } from '../domain/provider.ts';

/** Runs a stage once on zeros, as a slide would, and says how it went. Throws what classifier and refiner throw. */
export const TRIALS: Record<Stage, (bundle: Bundle, providers: readonly Provider[]) => Promise<string>> = {
  detection: tryDetection,
  refinement: tryRefinement,
};

async function tryDetection(bundle: Bundle, providers: readonly Provider[]): Promise<string> {
  const classifier = await createClassifier(bundle, { providers });
  try {
    const { patchPx } = bundle.manifest.detection;
    const [score = 0] = await classifier.classify(new Uint8Array(patchPx * patchPx * 3), 1);
    return `a patch of zeros gave ${score.toFixed(4)} on ${usedProvider(classifier)}`;
  } finally {
    await classifier.release();
  }
}

async function tryRefinement(bundle: Bundle, providers: readonly Provider[]): Promise<string> {
  const refiner = await createRefiner(bundle, { providers });
  try {
    const { sizePx } = refiner;
    const square = { widthPx: sizePx, heightPx: sizePx };
    const { data } = await refiner.refine(
      { ...square, data: new Uint8Array(sizePx * sizePx * 3) },
      { ...square, data: new Float32Array(sizePx * sizePx) },
    );
    return `pictures of zeros gave ${(data[0] ?? 0).toFixed(4)} at the first pixel on ${usedProvider(refiner)}`;
  } finally {
    await refiner.release();
  }
}

const usedProvider = ({ provider, skipped }: { provider: Provider; skipped: readonly SkippedProvider[] }): string =>
  [provider, ...skipped.map((other) => `${other.provider} was not used: ${other.reason}`)].join('; ');
