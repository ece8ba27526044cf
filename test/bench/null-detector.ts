import { setTimeout as delay } from 'node:timers/promises';
import type { Classified, ClassifyTask } from '../../workers/threads/classify-thread.ts';
import type { ThreadPool } from '../../workers/threads/thread-pool.ts';
import type { ScoreTools } from '../../workers/detector/score-batch.ts';
import type { FetchBatch } from '../../workers/detector/fetch-batch.ts';
import { smoothNoise } from '../../slides/synthetic/random.ts';

const BYTES_A_CELL = 60_000;
/** Cells from one end of a tumour to the other, about. */
const TUMOUR_CELLS = 12;

/** A detector's tools whose network waits as a GPU would: no pixels are fetched, and a batch takes `secondsOf` its cells. */
export function nullScoreTools(worker: string, secondsOf: (cells: number) => number): ScoreTools {
  return { worker, pool: waitingPool(secondsOf), fetchBatch: fetchNothing, bundleDir: '', patchPx: 256 };
}

const fetchNothing: FetchBatch = async ({ slide, level, cells }) => {
  const bytes = cells.length * BYTES_A_CELL;
  const nowhere = { widthPx: 0, heightPx: 0 };
  return {
    slide: slide.url,
    level,
    rect: { x: 0, y: 0, ...nowhere },
    levelSize: nowhere,
    tileSize: nowhere,
    encoding: { compression: 'jpeg', colour: 'ycbcr', samples: 3, differences: false, jpegTables: undefined },
    tiles: [],
    bytes: { needed: bytes, read: bytes },
  };
};

const waitingPool = (secondsOf: (cells: number) => number): ThreadPool<ClassifyTask, Classified> => ({
  threads: 1,
  run: async ({ cells }) => {
    await delay(secondsOf(cells.length) * 1_000);
    return { scores: Float32Array.from(cells, scoreOf), provider: 'null' };
  },
  close: async () => {},
});

/** Tumours of some millimetres on a third of the tissue. */
const scoreOf = ([column, row]: readonly [number, number]): number =>
  Math.min(1, Math.max(0, 0.4 + smoothNoise(5, column / TUMOUR_CELLS, row / TUMOUR_CELLS)));
