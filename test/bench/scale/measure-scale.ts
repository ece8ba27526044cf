import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { JetStreamManager } from 'nats';
import { modelToken, type BundleRef } from '../../../domain/bundle.ts';
import { SCORES_STREAM, TILES_STREAM } from '../../../domain/subjects.ts';
import type { TileQueue } from '../../../domain/tile-queue.ts';
import { startBenchWorker } from '../bench-worker.ts';
import { cpuSeconds } from '../cpu-seconds.ts';
import { CELLS_A_BATCH, readyBatches } from './ready-batches.ts';

/** What so many detectors did in one window of time. */
export interface ScaleMeasurement {
  readonly detectors: number;
  readonly batchesPerSecond: number;
  /** CPU seconds a batch. */
  readonly cpu: { readonly nats: number; readonly detectors: number };
}

export interface ScaleTools {
  readonly jsm: JetStreamManager;
  readonly queue: TileQueue;
  readonly bundle: BundleRef;
  readonly natsPid: number;
  readonly env: NodeJS.ProcessEnv;
  readonly logDir: string;
  /** How long a batch takes on the GPU that is not there. */
  readonly batchSeconds: number;
  readonly windowSeconds: number;
}

const WARM_UP_SECONDS = 3;
/** So many times the batches that perfect detectors would need, so that the queue never runs dry. */
const MORE = 1.3;

/** Starts the detectors, fills the queue for them, and counts the scores of a window in the middle of the work. */
export async function measureScale(tools: ScaleTools, detectors: number, runId: string): Promise<ScaleMeasurement> {
  const { jsm, queue, bundle, env, logDir, batchSeconds, windowSeconds } = tools;
  const workers = Array.from({ length: detectors }, (_, i) =>
    startBenchWorker({
      args: ['detector', String(batchSeconds / CELLS_A_BATCH)],
      env: { ...env, H2G_DETECTOR_THREADS: '1' },
      logFile: join(logDir, `detector-${detectors}-${i}.log`),
    }),
  );
  const lost = Promise.race(workers.map((worker) => worker.lost));
  try {
    await Promise.race([Promise.all(workers.map((worker) => worker.ready)), lost]);
    const batches = Math.ceil(((WARM_UP_SECONDS + windowSeconds) * detectors * MORE) / batchSeconds);
    await queue.dispatch({ lane: 'routine', model: modelToken(bundle) }, readyBatches(runId, bundle, batches));
    await delay(WARM_UP_SECONDS * 1_000);
    const pids = { nats: tools.natsPid, detectors: workers.map(({ pid }) => pid) };
    const before = await look(jsm, pids);
    await Promise.race([delay(windowSeconds * 1_000), lost]);
    const after = await look(jsm, pids);
    if (after.waiting === 0) throw new Error(`${detectors} detectors emptied the queue within the window`);
    const scored = after.scored - before.scored;
    return {
      detectors,
      batchesPerSecond: scored / (after.atSeconds - before.atSeconds),
      cpu: { nats: (after.nats - before.nats) / scored, detectors: (after.detectors - before.detectors) / scored },
    };
  } finally {
    await Promise.all(workers.map((worker) => worker.stop()));
    await Promise.all([TILES_STREAM, SCORES_STREAM].map((stream) => jsm.streams.purge(stream)));
  }
}

async function look(jsm: JetStreamManager, pids: { nats: number; detectors: readonly number[] }) {
  const [tiles, scores] = await Promise.all([jsm.streams.info(TILES_STREAM), jsm.streams.info(SCORES_STREAM)]);
  const atSeconds = performance.now() / 1_000;
  const ofDetectors = await Promise.all(pids.detectors.map(cpuSeconds));
  return {
    atSeconds,
    // Every batch is told once, and nothing else is in the stream.
    scored: scores.state.last_seq,
    waiting: tiles.state.messages,
    nats: await cpuSeconds(pids.nats),
    detectors: ofDetectors.reduce((sum, seconds) => sum + seconds, 0),
  };
}
