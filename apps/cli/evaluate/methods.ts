import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { heatmapTumour } from '../../../domain/evaluation/heatmap-tumour.ts';
import type { Method } from '../../../domain/evaluation/evaluation.ts';
import { imageOnPlane } from '../../../domain/evaluation/plane-mask.ts';
import { H2gError } from '../../../domain/error.ts';
import type { BinaryImage } from '../../../domain/image.ts';
import { RESULT_FILES } from '../../../domain/keys.ts';
import { coarsestLevelCovering, planeSize } from '../../../domain/level.ts';
import { findTissue, MASK_PLANE_MPP } from '../../../domain/tissue.ts';
import { createTileDecoder } from '../../../slides/create-tile-decoder.ts';
import { openSlide } from '../../../slides/open-slide.ts';
import { createOpenSource } from '../../../slides/open-source.ts';
import { readHeatmap } from '../../../slides/read-heatmap.ts';
import { readPlane } from '../../../slides/read-plane.ts';
import { openFileSource } from '../../../slides/sources/open-file-source.ts';
import type { EvaluationCase } from './evaluation-case.ts';
import type { ResultsFolder, SlideResults } from './find-results.ts';
import { openMaskOn, type OpenedMask } from './open-annotation.ts';

/** The paper's baselines that need no network of their own. */
export const BASELINES = ['otsu', 'heatmap'] as const;
export type Baseline = (typeof BASELINES)[number];

/** A method and how its mask of a slide is opened. */
export interface OpenMethod {
  readonly method: Method;
  open(slide: EvaluationCase, signal: AbortSignal): Promise<OpenedMask>;
}

const MAKERS: Record<Baseline, (folders: readonly ResultsFolder[]) => OpenMethod[]> = {
  otsu: () => [
    { method: { name: 'otsu', kind: 'otsu' }, open: (slide, signal) => held(otsuTissue(slide, signal), slide) },
  ],
  heatmap: (folders) =>
    folders.map(({ name }) => ({
      method: { name: folders.length === 1 ? 'heatmap' : `${name} heatmap`, kind: 'heatmap' },
      open: (slide, signal) => held(heatmapMask(slide, resultsOf(slide, name), signal), slide),
    })),
};

/** Baselines first, as in the paper's table; then the folders in the order in which they were given. */
export const methodsOf = (
  folders: readonly ResultsFolder[],
  { baselines, cases }: { baselines: readonly Baseline[]; cases: readonly EvaluationCase[] },
): OpenMethod[] => [
  ...BASELINES.filter((baseline) => baselines.includes(baseline)).flatMap((baseline) => MAKERS[baseline](folders)),
  ...folders.map(({ name }): OpenMethod => {
    const bundle = cases[0] && resultsOf(cases[0], name).report.bundle;
    return {
      method: { name, kind: 'results', ...(bundle && { bundle }) },
      open: ({ extent, plane, results }, signal) =>
        openMaskOn({ path: join(resultsIn(results, name).folder, RESULT_FILES.mask), extent, plane }, signal),
    };
  }),
];

const resultsOf = ({ results }: EvaluationCase, name: string): SlideResults => resultsIn(results, name);

function resultsIn(results: ReadonlyMap<string, SlideResults>, name: string): SlideResults {
  const found = results.get(name);
  if (found === undefined) throw new Error(`results of ${name} were not looked for`);
  return found;
}

async function held(image: Promise<BinaryImage>, { plane }: EvaluationCase): Promise<OpenedMask> {
  return { mask: imageOnPlane(await image, plane), close: () => Promise.resolve() };
}

/** Tissue by Otsu's method on the plane of 8 um/px, as `h2g run --tissue otsu` finds it. */
async function otsuTissue({ slide, extent }: EvaluationCase, signal: AbortSignal): Promise<BinaryImage> {
  const reader = await openSlide(await createOpenSource()(slide.url, { signal }), { signal });
  const decoder = await createTileDecoder();
  try {
    const { widthPx, heightPx } = reader.info;
    if (widthPx !== extent.widthPx || heightPx !== extent.heightPx)
      throw new H2gError({
        code: 'results-misfit',
        message: `${slide.name} (line ${slide.line}) is ${widthPx} x ${heightPx} px, but its results are of a slide of ${extent.widthPx} x ${extent.heightPx} px.`,
        hint: 'Look whether the results are of another slide of the same name.',
      });
    const size = planeSize(extent, extent.mpp, MASK_PLANE_MPP);
    const level = coarsestLevelCovering(reader.info, size);
    const { image } = await readPlane(reader, { level, ...size }, { decoder, signal });
    return findTissue(image, 'otsu');
  } finally {
    decoder.close();
    await reader.close();
  }
}

async function heatmapMask(
  { extent }: EvaluationCase,
  { folder }: SlideResults,
  signal: AbortSignal,
): Promise<BinaryImage> {
  const source = await openFileSource(pathToFileURL(join(folder, RESULT_FILES.heatmap)), { signal });
  const slideUm = { width: extent.widthPx * extent.mpp, height: extent.heightPx * extent.mpp };
  return heatmapTumour(
    { ...(await readHeatmap(source, signal)), slideUm },
    planeSize(extent, extent.mpp, MASK_PLANE_MPP),
  );
}
