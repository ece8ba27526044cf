import { Tensor } from 'onnxruntime-node';
import type { DetectionStage } from '../domain/bundle.ts';
import { H2gError } from '../domain/error.ts';
import type { Provider } from '../domain/provider.ts';
import type { OpenSession, SkippedProvider } from './create-session.ts';
import { portsOf } from './graph-ports.ts';
import type { Bundle } from './load-bundle.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { openNetwork } from './open-network.ts';
import { PROVIDER_TRAITS } from './providers.ts';
import { readProbability } from './read-probability.ts';
import { runNetwork } from './run-network.ts';
import { writeRgb } from './scale-pixels.ts';
import { detectionPorts } from './stage-ports.ts';
import { placeChannels, tensorShape } from './tensor-layout.ts';

/** The detection network on the current thread, which stands still while it computes. */
export interface Classifier {
  readonly provider: Provider;
  readonly skipped: readonly SkippedProvider[];
  readonly patchesPerCall: number;
  /**
   * Tumour probability of each patch. `patches` holds `count` pictures of patchPx x patchPx x 3 bytes, RGB interleaved.
   * Throws `model-output` when the network gives NaN or no probability, naming the patch.
   */
  classify(patches: Uint8Array, count: number): Promise<Float32Array>;
  release(): Promise<void>;
}

export interface ClassifierOptions {
  /** In the order in which they are tried. */
  readonly providers: readonly Provider[];
}

/** Opens a bundle's detection network. Throws `bundle-invalid` and `provider-unavailable`. */
export async function createClassifier(bundle: Bundle, { providers }: ClassifierOptions): Promise<Classifier> {
  const detection = bundle.manifest.detection;
  const open = await openNetwork(bundle, { stage: 'detection', expected: detectionPorts(detection), providers });
  const patchesPerCall = callSize(open, detection);
  const call = createCall(bundle, open, patchesPerCall);
  return {
    provider: open.provider,
    skipped: open.skipped,
    patchesPerCall,
    classify: oneAtATime((patches, count) =>
      classifyAll(call, { patches, count, patchesPerCall, patchBytes: bytesOf(detection) }),
    ),
    release: () => open.session.release(),
  };
}

const bytesOf = ({ patchPx }: DetectionStage): number => patchPx * patchPx * 3;

/** A graph with a fixed first dimension decides itself. */
function callSize({ session, provider }: OpenSession, { input, batch }: DetectionStage): number {
  const stated = portsOf(session).inputs.find(({ name }) => name === input.name)?.shape[0];
  if (typeof stated === 'number') return stated;
  return PROVIDER_TRAITS[provider].calls === 'one' ? 1 : batch;
}

interface Patches {
  readonly patches: Uint8Array;
  readonly count: number;
  readonly patchesPerCall: number;
  readonly patchBytes: number;
}

async function classifyAll(call: Call, { patches, count, patchesPerCall, patchBytes }: Patches): Promise<Float32Array> {
  if (patches.length < count * patchBytes) throw tooShort(patches.length, count * patchBytes);
  const scores = new Float32Array(count);
  for (let first = 0; first < count; first += patchesPerCall) {
    const last = Math.min(first + patchesPerCall, count);
    scores.set(await call(patches.subarray(first * patchBytes, last * patchBytes), first), first);
  }
  return scores;
}

/** Scores of up to `patchesPerCall` patches; `first` is the first one's number, for errors. */
type Call = (patches: Uint8Array, first: number) => Promise<Float32Array>;

function createCall(bundle: Bundle, { session }: OpenSession, patchesPerCall: number): Call {
  const { input, output, patchPx } = bundle.manifest.detection;
  const pixels = patchPx * patchPx;
  const placement = placeChannels({ layout: input.layout, channels: 3, first: 0, pixels });
  const values = new Float32Array(patchesPerCall * pixels * 3);
  const slots = Array.from({ length: patchesPerCall }, (_, slot) =>
    values.subarray(slot * pixels * 3, (slot + 1) * pixels * 3),
  );
  const tensor = new Tensor(
    'float32',
    values,
    tensorShape(input.layout, { sizePx: patchPx, channels: 3, count: patchesPerCall }),
  );
  const network = `${bundle.manifest.id} ${bundle.manifest.version}, detection, output "${output.name}"`;

  return async (patches, first) => {
    const count = patches.length / (pixels * 3);
    for (const [slot, slotValues] of slots.entries()) {
      const from = Math.min(slot, count - 1) * pixels * 3;
      writeRgb(patches.subarray(from, from + pixels * 3), input.scaling, { values: slotValues, placement });
    }
    const { data, dims } = await runNetwork(session, { feeds: { [input.name]: tensor }, output: output.name, network });
    const channels = channelsOf(dims, { patchesPerCall, tumourChannel: output.tumourChannel, network });
    return Float32Array.from({ length: count }, (_, slot) =>
      readProbability(data[slot * channels + output.tumourChannel], { network, place: () => `patch ${first + slot}` }),
    );
  };
}

function channelsOf(
  dims: readonly number[],
  { patchesPerCall, tumourChannel, network }: { patchesPerCall: number; tumourChannel: number; network: string },
): number {
  const [count, channels = 0] = dims;
  if (dims.length === 2 && count === patchesPerCall && channels > tumourChannel) return channels;
  throw new H2gError({
    code: 'bundle-invalid',
    message: `${network} has the shape ${dims.join(' x ')}, expected ${patchesPerCall} x ${tumourChannel + 1} or more`,
    hint: 'Check detection.output in bundle.json: its name and its tumourChannel.',
  });
}

const tooShort = (found: number, expected: number): H2gError =>
  new H2gError({
    code: 'internal',
    message: `the patches hold ${found} bytes, expected ${expected}`,
    hint: 'This should not happen: please report it with the log.',
  });
