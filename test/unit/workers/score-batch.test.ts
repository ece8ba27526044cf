import { describe, expect, it } from 'vitest';
import type { ByteSource, OpenByteSource } from '../../../domain/byte-source.ts';
import type { TileBatch } from '../../../domain/messages.ts';
import type { Attempt } from '../../../platform/jetstream/open-attempt.ts';
import { slideError } from '../../../slides/slide-error.ts';
import { createFetchBatch } from '../../../workers/detector/fetch-batch.ts';
import { scoreBatch, type BatchVerdict, type ScoreTools } from '../../../workers/detector/score-batch.ts';
import { SlideCache } from '../../../workers/slide-cache.ts';
import type { Classified, ClassifyTask } from '../../../workers/threads/classify-thread.ts';
import type { ThreadPool } from '../../../workers/threads/thread-pool.ts';
import { memorySource } from '../../fixtures/memory-source.ts';
import { patternImage } from '../../fixtures/test-pictures.ts';
import { tiledPage } from '../../fixtures/test-slides.ts';
import { writeTestTiff } from '../../fixtures/write-test-tiff.ts';

/** Large enough that no header lies in the same block. */
const SIDE_PX = 120;
const TILE = { widthPx: SIDE_PX, heightPx: SIDE_PX };
const PAGE = tiledPage(patternImage({ widthPx: 4 * SIDE_PX, heightPx: SIDE_PX }), TILE);
const SLIDE = writeTestTiff([PAGE]);
const THIRD = PAGE.tiles[2] ?? new Uint8Array();
/** In the middle of the third cell's tile. */
const BAD_BYTE = Buffer.from(SLIDE).indexOf(THIRD) + Math.floor(THIRD.length / 2);

/** Every cell is scored 0.5: which of them can be read is what counts here. */
const pool: ThreadPool<ClassifyTask, Classified> = {
  threads: 1,
  run: async ({ cells }) => ({ scores: new Float32Array(cells.length).fill(0.5), provider: 'cpu' }),
  close: async () => {},
};

const broken = (): Promise<never> => Promise.reject(slideError('slide-io', 'slide.tif', 'could not be read: EIO.'));

const badTile: OpenByteSource = async () => {
  const memory = memorySource(SLIDE);
  const source: ByteSource = {
    ...memory,
    fetch: (range, options) =>
      range.offset <= BAD_BYTE && range.offset + range.length > BAD_BYTE ? broken() : memory.fetch(range, options),
  };
  return source;
};

describe('a batch with a tile that is never given', () => {
  const batch: TileBatch = {
    runId: 'r1',
    batch: 0,
    attempt: 0,
    mode: 'whole',
    slide: { url: 'file:///memory/slide.tif', version: '1' },
    bundle: { id: 'b', version: '1', digest: 'd', url: 'file:///b/' },
    level: 0,
    cellPx: SIDE_PX,
    cells: [
      [0, 0],
      [1, 0],
      [2, 0],
      [3, 0],
    ],
  };

  async function score(open: OpenByteSource, more: Partial<TileBatch>, delays?: number): Promise<BatchVerdict> {
    const slides = new SlideCache(open);
    const tools: ScoreTools = {
      pool,
      fetchBatch: createFetchBatch(slides),
      worker: 'w',
      bundleDir: '',
      patchPx: SIDE_PX,
    };
    const attempt: Attempt = {
      trail: { crashes: 0, lost: [], delays: delays ?? 0 },
      begin: async () => {},
      end: async () => {},
    };
    const asked = { ...batch, ...more };
    const work = { batch: asked, region: () => tools.fetchBatch(asked) };
    const verdict = await scoreBatch(tools, delays === undefined ? work : { ...work, attempt });
    await slides.close();
    return verdict;
  }

  it('goes back to the queue, as it may be given later', async () => {
    for (const delays of [undefined, 99])
      expect(await score(badTile, {}, delays)).toMatchObject({ kind: 'later', error: { code: 'tiles-io' } });
  });

  it('is a failed attempt when it has been waited for long enough, and its cell then a failed cell', async () => {
    expect(await score(badTile, {}, 100)).toMatchObject({
      kind: 'publish',
      scores: { kind: 'attempt-failed', attempt: 0, reason: 'slide.tif could not be read: EIO.' },
    });
    expect(await score(badTile, { attempt: 3, mode: 'cells' }, 20)).toMatchObject({
      kind: 'publish',
      scores: {
        kind: 'scored',
        scores: [0.5, 0.5, null, 0.5],
        failed: [{ cell: [2, 0], reason: 'slide.tif could not be read: EIO.', attempts: 4 }],
      },
    });
  });

  it('waits for ever where not even the slide can be opened: that is its store, not the cell', async () => {
    expect(await score(broken, {}, 1000)).toMatchObject({ kind: 'later', error: { code: 'slide-io' } });
  });
});
