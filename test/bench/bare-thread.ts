/** Thread entry: one kind of work alone, without queue, store or other threads to wait for. */
import { parentPort, workerData } from 'node:worker_threads';
import { createClassifier } from '../../models/create-classifier.ts';
import { readBundle } from '../../models/load-bundle.ts';
import { assembleJpeg, JpegScratch } from '../../slides/decode/assemble-jpeg.ts';
import { turboJpegPaths } from '../../slides/decode/find-turbo-jpeg.ts';
import type { JpegDecoder } from '../../slides/decode/jpeg-decoder.ts';
import { createSharpJpegDecoder } from '../../slides/decode/sharp-jpeg-decoder.ts';
import { createTurboJpegDecoder } from '../../slides/decode/turbo-jpeg-decoder.ts';
import type { BareResult, BareSettings, BareTask, BareWork, TileLoad } from './bare-work.ts';

const { bundleDir, loads } = workerData as BareSettings;
const bundle = await readBundle(bundleDir);
const { patchPx } = bundle.manifest.detection;
const classifier = await createClassifier(bundle, { providers: ['cpu'] });
const decoder = await openDecoder();
const patch = Uint8Array.from({ length: patchPx * patchPx * 3 }, () => Math.floor(Math.random() * 256));
const stream = new JpegScratch();
const pixels = new JpegScratch();
let turn = 0;

/** A little of each work; how many cells it was. */
const STEPS: Record<BareWork, () => Promise<number>> = {
  inference: async () => (await classifier.classify(patch, 1)).length,
  decoding: async () => {
    const load = loads[turn++ % loads.length];
    if (load === undefined) throw new Error('there are no tiles to decode');
    for (const tile of load.tiles) await decode(tile, load);
    return load.cells;
  },
};

async function openDecoder(): Promise<JpegDecoder> {
  for (const path of turboJpegPaths()) {
    const opened = await createTurboJpegDecoder(path).catch(() => undefined);
    if (opened) return opened;
  }
  return createSharpJpegDecoder('libturbojpeg was not found');
}

async function decode(tile: Uint8Array, { encoding }: TileLoad): Promise<void> {
  const jpeg = assembleJpeg(tile, { tables: encoding.jpegTables, colour: 'ycbcr' }, stream);
  const { widthPx, heightPx } = jpeg.frame;
  const pitchBytes = widthPx * 3;
  await decoder.decode(jpeg, { data: pixels.take(pitchBytes * heightPx), pitchBytes });
}

async function work({ work: name, seconds }: BareTask): Promise<BareResult> {
  const started = performance.now();
  const elapsed = (): number => (performance.now() - started) / 1000;
  let cells = 0;
  while (elapsed() < seconds) cells += await STEPS[name]();
  return { cells, seconds: elapsed() };
}

parentPort?.on('message', (task: BareTask) => void work(task).then((result) => parentPort?.postMessage(result)));
parentPort?.postMessage('ready');
