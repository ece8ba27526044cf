import { Tensor } from 'onnxruntime-node';
import type { RefinementStage } from '../domain/bundle.ts';
import { H2gError } from '../domain/error.ts';
import type { FloatImage, RgbImage } from '../domain/image.ts';
import type { SkippedProvider } from './create-session.ts';
import type { Bundle } from './load-bundle.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { openNetwork } from './open-network.ts';
import type { Provider } from '../domain/provider.ts';
import { readProbability } from './read-probability.ts';
import { refinementFeeds } from './refinement-feeds.ts';
import { type NetworkOutput, runNetwork } from './run-network.ts';
import { refinementPorts } from './stage-ports.ts';
import { placeChannels } from './tensor-layout.ts';

/** The refinement network on the current thread, which stands still while it computes. */
export interface Refiner {
  readonly provider: Provider;
  readonly skipped: readonly SkippedProvider[];
  /** Side of the square pictures it takes and gives. */
  readonly sizePx: number;
  /**
   * Probability of tumour at every pixel of the square; both pictures are sizePx x sizePx.
   * Throws `model-output` when the network gives NaN or no probability, naming the pixel.
   */
  refine(image: RgbImage, heatmap: FloatImage): Promise<FloatImage>;
  release(): Promise<void>;
}

export interface RefinerOptions {
  /** In the order in which they are tried. */
  readonly providers: readonly Provider[];
  /** 1 where not given. */
  readonly intraOpThreads?: number | undefined;
}

/** Opens a bundle's refinement network. Throws `bundle-missing` for a detection-only bundle, `bundle-invalid`, `provider-unavailable`. */
export async function createRefiner(bundle: Bundle, { providers, intraOpThreads }: RefinerOptions): Promise<Refiner> {
  const refinement = requireRefinement(bundle);
  const expected = refinementPorts(refinement);
  const open = await openNetwork(bundle, {
    stage: 'refinement',
    expected,
    providers,
    intraOpThreads,
    memory: 'release',
  });
  const network = `${bundle.manifest.id} ${bundle.manifest.version}, refinement, output "${refinement.output.name}"`;
  return {
    provider: open.provider,
    skipped: open.skipped,
    sizePx: refinement.sizePx,
    refine: oneAtATime(async (image, heatmap) => {
      const feeds = toTensors(refinementFeeds(refinement, { image, heatmap }));
      return probabilitiesOf(
        await runNetwork(open.session, { feeds, output: refinement.output.name, network }),
        refinement,
        network,
      );
    }),
    release: () => open.session.release(),
  };
}

const toTensors = (feeds: ReturnType<typeof refinementFeeds>): Record<string, Tensor> =>
  Object.fromEntries(feeds.map(({ name, values, shape }) => [name, new Tensor('float32', values, shape)]));

/** Takes the tumour channel out of the output. */
function probabilitiesOf(
  { data, dims }: NetworkOutput,
  { inputs, output, sizePx }: RefinementStage,
  network: string,
): FloatImage {
  const layout = 'stacked' in inputs ? inputs.stacked.layout : inputs.image.layout;
  const [count, ...rest] = dims;
  const [channels = 0, ...sides] = layout === 'NHWC' ? rest.toReversed() : rest;
  if (count !== 1 || sides.length !== 2 || sides.some((side) => side !== sizePx) || channels <= output.tumourChannel) {
    throw wrongShape(dims, { output, sizePx }, network);
  }
  const pixels = sizePx * sizePx;
  const { base, pixelStride } = placeChannels({ layout, channels, first: output.tumourChannel, pixels });
  const probabilities = new Float32Array(pixels);
  let pixel = 0;
  const where = { network, place: () => `pixel x ${pixel % sizePx}, y ${Math.floor(pixel / sizePx)}` };
  for (; pixel < pixels; pixel += 1) probabilities[pixel] = readProbability(data[base + pixel * pixelStride], where);
  return { widthPx: sizePx, heightPx: sizePx, data: probabilities };
}

function requireRefinement(bundle: Bundle): RefinementStage {
  const { refinement, id, version } = bundle.manifest;
  if (refinement !== undefined) return refinement;
  throw new H2gError({
    code: 'bundle-missing',
    message: `${bundle.dir}: the bundle ${id} ${version} has no refinement network`,
    hint: 'A detection-only bundle gives a heatmap and no refined mask; choose a bundle with both stages.',
  });
}

function wrongShape(
  dims: readonly number[],
  { output, sizePx }: Pick<RefinementStage, 'output' | 'sizePx'>,
  network: string,
): H2gError {
  return new H2gError({
    code: 'bundle-invalid',
    message: `${network} has the shape ${dims.join(' x ')}, expected one picture of ${sizePx} x ${sizePx} with ${output.tumourChannel + 1} or more channels`,
    hint: 'Check refinement.output, sizePx and layout in bundle.json.',
  });
}
