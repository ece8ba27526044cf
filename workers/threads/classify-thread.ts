/** Thread entry: decodes the compressed tiles of a batch and classifies its cells. */
import { workerData } from 'node:worker_threads';
import { createClassifier, type Classifier } from '../../models/create-classifier.ts';
import { readBundle } from '../../models/load-bundle.ts';
import type { CompressedRegion } from '../../slides/compressed-region.ts';
import { createTileDecoder } from '../../slides/create-tile-decoder.ts';
import { decodeRegion } from '../../slides/decode-region.ts';
import { cutPatches, type PatchCut } from './cut-patches.ts';
import { Scratch } from './scratch.ts';
import { answering } from './thread-answer.ts';
import type { ThreadSettings } from './thread-settings.ts';

export interface ClassifyTask extends Omit<PatchCut, 'at'> {
  readonly bundleDir: string;
  readonly region: CompressedRegion;
}

/** Opens the network and tries it on a black patch. */
export interface WarmTask {
  readonly bundleDir: string;
  readonly warmPatchPx: number;
}

export interface Classified {
  /** Tumour probability of each cell, in the task's order. */
  readonly scores: Float32Array;
  readonly provider: string;
}

const { providers } = workerData as ThreadSettings;
const decoder = await createTileDecoder();
/** A thread has one task at a time. */
const canvas = new Scratch();
const patches = new Scratch();
const classifiers = new Map<string, Promise<Classifier>>();

function classifierOf(bundleDir: string): Promise<Classifier> {
  const known = classifiers.get(bundleDir);
  if (known) return known;
  const opened = readBundle(bundleDir).then((bundle) => createClassifier(bundle, { providers }));
  classifiers.set(bundleDir, opened);
  opened.catch(() => classifiers.delete(bundleDir));
  return opened;
}

export const classify = answering(async (task: ClassifyTask | WarmTask): Promise<Classified> => {
  const classifier = await classifierOf(task.bundleDir);
  return 'warmPatchPx' in task ? warm(classifier, task) : classifyCells(classifier, task);
});

async function warm(classifier: Classifier, { warmPatchPx }: WarmTask): Promise<Classified> {
  const scores = await classifier.classify(new Uint8Array(warmPatchPx ** 2 * 3), 1);
  return { scores, provider: classifier.provider };
}

async function classifyCells(classifier: Classifier, { region, ...cut }: ClassifyTask): Promise<Classified> {
  const { widthPx, heightPx } = region.rect;
  const image = await decodeRegion(region, decoder, { into: canvas.take(widthPx * heightPx * 3) });
  const scores = new Float32Array(cut.cells.length);
  // Cut just before they are classified, patches are still in the processor's cache.
  for (let first = 0; first < scores.length; first += classifier.patchesPerCall) {
    const cells = cut.cells.slice(first, first + classifier.patchesPerCall);
    const pixels = cutPatches(image, { ...cut, cells, at: region.rect }, patches);
    scores.set(await classifier.classify(pixels, cells.length), first);
  }
  return { scores, provider: classifier.provider };
}
