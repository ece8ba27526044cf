import { addBytes, type ByteCount } from '../domain/byte-source.ts';
import type { BundleManifest } from '../domain/bundle.ts';
import type { Size } from '../domain/geometry.ts';
import type { BinaryImage, RgbImage } from '../domain/image.ts';
import { pictureKey, RESULT_FILES, resultKey } from '../domain/keys.ts';
import { coarsestLevelCovering, planeSize } from '../domain/level.ts';
import { cut, cutMask, TUMOUR_PLANE_MPP } from '../domain/mask.ts';
import type { Plan } from '../domain/plan.ts';
import { heatmapOverSlide } from '../domain/refinement-input.ts';
import type { RunInLane, SegmentSlideActivities } from './contract.ts';
import { loadHeatmap } from './load-heatmap.ts';
import { loadPlan } from './load-plan.ts';
import type { ActivityTools } from './ports.ts';
import type { Pulse } from './pulse.ts';

type RefineTools = Pick<ActivityTools, 'store' | 'slides' | 'models' | 'results' | 'queue'>;
type RefineMask = (run: RunInLane, pulse: Pulse) => ReturnType<SegmentSlideActivities['refineMask']>;

/** Side of the picture that a detection-only bundle still needs for the overlay. */
const PICTURE_PX = 1024;

/** The single refinement step: low-resolution slide and heatmap to probabilities to mask. Nobody needs its batches and the words on them any more. */
export const createRefineMask =
  (tools: RefineTools): RefineMask =>
  async (run, pulse) => {
    const { store, models, results, queue } = tools;
    // A broker that lost an acknowledgement and forgot the delivery keeps a batch for ever that nobody gets any more (seen in nats-server 2.15.2 after a full disk).
    await queue.purgeRun(run.runId);
    await queue.purgeScores(run.runId);
    const plan = await loadPlan(store, run.runId);
    const manifest = await models.manifest(run.spec.bundle);
    const sizePx = manifest.refinement?.sizePx ?? PICTURE_PX;
    const { picture, bytes } = await readPicture(tools, { run, sizePx, signal: pulse.signal });
    const mask = await maskOf(tools, { run, plan, manifest, picture, signal: pulse.signal });
    await store.put(pictureKey(run.runId), await results.encodePicture(picture), { contentType: 'image/png' });
    const key = resultKey(run.runId, RESULT_FILES.mask);
    await store.put(key, await results.maskTiff(mask, plan), { contentType: 'image/tiff' });
    return { bytes };
  };

/** The whole slide stretched to a square, from the coarsest level that is as large. */
async function readPicture(
  { slides }: Pick<ActivityTools, 'slides'>,
  { run, sizePx, signal }: { run: RunInLane; sizePx: number; signal: AbortSignal },
): Promise<{ picture: RgbImage; bytes: ByteCount }> {
  const { slide } = run.spec;
  const { info, bytes: opening } = await slides.inspect(slide);
  const size: Size = { widthPx: sizePx, heightPx: sizePx };
  const level = coarsestLevelCovering(info, size);
  const { image, bytes } = await slides.readPlane({ slide, level, ...size }, { lane: run.lane, signal });
  return { picture: image, bytes: addBytes(opening, bytes) };
}

interface MaskInput {
  readonly run: RunInLane;
  readonly plan: Plan;
  readonly manifest: BundleManifest;
  readonly picture: RgbImage;
  readonly signal: AbortSignal;
}

async function maskOf(tools: RefineTools, { run, plan, manifest, picture, signal }: MaskInput): Promise<BinaryImage> {
  const size = planeSize(plan.slide, plan.slide.mpp, TUMOUR_PLANE_MPP);
  if (plan.tissue.cells === 0) return { ...size, data: new Uint8Array(size.widthPx * size.heightPx) };
  const heatmap = await loadHeatmap(tools.store, plan);
  const { placement } = run.spec.options;
  const on = { cellPx: plan.detection.cellPx, level: plan.detection };
  if (!manifest.refinement)
    return cut(heatmapOverSlide(heatmap, on, { size, placement: 'exact' }), manifest.detection.threshold);
  const over = heatmapOverSlide(heatmap, on, { size: picture, placement });
  const { probabilities } = await tools.models.refine(
    { bundle: run.spec.bundle, image: picture, heatmap: over },
    { lane: run.lane, signal },
  );
  return cutMask(probabilities, size, manifest.refinement.threshold);
}
