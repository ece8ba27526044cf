import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { QuarantineTools } from '../../../activities/keep-cell-bytes.ts';
import { quarantineCells, releaseCells } from '../../../activities/quarantine-cells.ts';
import type { ByteSource } from '../../../domain/byte-source.ts';
import type { Failure, Gathered } from '../../../domain/gathered.ts';
import { QUARANTINE_INDEX, quarantineIndexKey, quarantineKey, quarantinePrefix } from '../../../domain/keys.ts';
import type { Plan } from '../../../domain/plan.ts';
import { Quarantine, QUARANTINE_LIMITS } from '../../../domain/quarantine.ts';
import { DEFAULT_OPTIONS, type RunSpec } from '../../../domain/run-spec.ts';
import { createS3Store, type S3Store } from '../../../platform/s3/s3-store.ts';
import { openSlide } from '../../../slides/open-slide.ts';
import { slideError } from '../../../slides/slide-error.ts';
import { memorySource } from '../../fixtures/memory-source.ts';
import { patternImage } from '../../fixtures/test-pictures.ts';
import { tiledPage } from '../../fixtures/test-slides.ts';
import { writeTestTiff } from '../../fixtures/write-test-tiff.ts';
import { realServer } from '../../real-servers.ts';
import { planOfOneSlide } from '../../unit/domain/plan-of-one-slide.ts';

const NEVER = new AbortController().signal;
const CELL_PX = 16;
const GRID = { columns: 24, rows: 10 };
const SIZE = { widthPx: GRID.columns * CELL_PX, heightPx: GRID.rows * CELL_PX };
/** Half as wide as a cell, so that two lie under each. */
const PAGE = tiledPage(patternImage(SIZE), { widthPx: CELL_PX, heightPx: CELL_PX / 2 });
const SLIDE = writeTestTiff([PAGE]);

/** Failed cells in a real store, with the bytes of a slide in memory. */
describe('the quarantine of a run', () => {
  let s3: Awaited<ReturnType<typeof realServer<'versitygw'>>>;
  let store: S3Store;
  let runs = 0;
  let plan: Plan;
  let spec: RunSpec;

  beforeAll(async () => {
    s3 = await realServer('versitygw');
    store = createS3Store(s3.address);
  });
  afterAll(async () => {
    store?.close();
    await s3?.stop();
  });
  beforeEach(() => {
    const one = planOfOneSlide();
    plan = {
      ...one,
      runId: `run${(runs += 1)}`,
      slide: { ...one.slide, widthPx: SIZE.widthPx * 2, heightPx: SIZE.heightPx * 2 },
      detection: { ...one.detection, ...SIZE, level: 0, cellPx: CELL_PX },
      grid: GRID,
    };
    spec = {
      slide: { url: plan.slide.url, name: 'slide.svs', sizeBytes: 1, version: 'v1' },
      bundle: { id: 'b', version: '1', digest: 'd', url: 'file:///b/' },
      options: DEFAULT_OPTIONS,
    };
  });

  const failure = (column: number, row: number): Failure => {
    return { cell: [column, row], batch: row, reason: 'torn', attempts: 4, worker: 'w1' };
  };
  const gathered = (failures: Failure[]): Gathered => ({
    schema: 'h2g-scores/1',
    runId: plan.runId,
    batches: [],
    failures,
    provider: 'cpu',
    workers: [],
    bytes: { needed: 0, read: 0 },
  });

  /** Reads where `unreadable` is false. */
  function toolsOver(unreadable: (offset: number) => boolean = () => false): QuarantineTools {
    const memory = memorySource(SLIDE);
    const source: ByteSource = {
      ...memory,
      fetch: (range, options) =>
        unreadable(range.offset)
          ? Promise.reject(slideError('slide-io', 'slide.svs', 'could not be read: the disk says no.'))
          : memory.fetch(range, options),
    };
    const slide = openSlide(source);
    return {
      store,
      slides: { readStoredTiles: async (place, options) => (await slide).readStoredTiles(place, options) },
    };
  }

  async function quarantined(tools: QuarantineTools, failures: Failure[]): Promise<Quarantine> {
    await quarantineCells(tools, { plan, spec, gathered: gathered(failures), signal: NEVER });
    return stored();
  }
  const stored = async (): Promise<Quarantine> =>
    Quarantine.parse(JSON.parse(Buffer.from(await store.get(quarantineKey(plan.runId))).toString()));
  const filesOf = async (): Promise<string[]> =>
    (await store.list(quarantinePrefix(plan.runId))).map(({ key }) => key.slice(quarantinePrefix(plan.runId).length));

  it('holds reason, place and the compressed tiles under the cell as they lie in the slide', async () => {
    const { cells, spec: asked } = await quarantined(toolsOver(), [failure(3, 2)]);
    expect(asked).toEqual(spec);
    const [cell] = cells;
    expect(cell).toMatchObject({ ...failure(3, 2), level: 0, file: '3-2.tiles' });
    expect(cell?.rectangle).toEqual({ x: 96, y: 64, widthPx: 32, heightPx: 32 });
    const under = [4, 5].map((row) => row * GRID.columns + 3);
    expect(cell?.tiles.map(({ index }) => index)).toEqual(under);
    const bytes = await store.get(`${quarantinePrefix(plan.runId)}3-2.tiles`);
    expect(Buffer.from(bytes)).toEqual(Buffer.concat(under.map((index) => PAGE.tiles[index] ?? new Uint8Array())));
    const inSlide = cell?.tiles.map(({ offset, length }) => SLIDE.subarray(offset, offset + length)) ?? [];
    expect(Buffer.concat(inSlide)).toEqual(Buffer.from(bytes));
    expect((await store.list(QUARANTINE_INDEX)).map(({ key }) => key)).toContain(quarantineIndexKey(plan.runId));
  });

  it('says of a tile why it cannot be read, and keeps the other', async () => {
    const whole = await quarantined(toolsOver(), [failure(3, 2)]);
    const bad = whole.cells[0]?.tiles[1]?.offset;
    const { cells } = await quarantined(
      toolsOver((offset) => offset === bad),
      [failure(3, 2), failure(4, 2)],
    );
    expect(cells[0]?.tiles[0]?.unread).toBeUndefined();
    expect(cells[0]?.tiles[1]?.unread).toMatch(/the disk says no/);
    expect(await store.get(`${quarantinePrefix(plan.runId)}3-2.tiles`)).toHaveLength(cells[0]?.tiles[0]?.length ?? 0);
    expect(cells[1]?.tiles.every(({ unread }) => unread === undefined)).toBe(true);
  });

  it('is a list alone where the slide cannot be read at all', async () => {
    const gone = { readStoredTiles: () => Promise.reject(slideError('slide-missing', 'slide.svs', 'does not exist.')) };
    const { cells } = await quarantined({ store, slides: gone }, [failure(0, 0)]);
    expect(cells[0]).toMatchObject({ file: null, tiles: [], note: 'slide.svs does not exist.' });
    expect(await filesOf()).toEqual(['quarantine.json']);
  });

  it('keeps the bytes of so many cells and lists the others', async () => {
    const many = Array.from({ length: QUARANTINE_LIMITS.cells + 3 }, (_, i) =>
      failure(i % GRID.columns, Math.floor(i / GRID.columns)),
    );
    const { cells } = await quarantined(toolsOver(), many);
    expect(cells).toHaveLength(many.length);
    expect(cells.filter(({ file }) => file !== null)).toHaveLength(QUARANTINE_LIMITS.cells);
    expect(cells.at(-1)).toMatchObject({ file: null, note: 'only 200 cells are kept with their bytes' });
    expect(await filesOf()).toHaveLength(QUARANTINE_LIMITS.cells + 1);
  });

  it('lets go of cells that are analysed now, and with the last of them of all', async () => {
    const tools = toolsOver();
    await quarantined(tools, [failure(1, 1), failure(2, 1)]);
    await quarantined(tools, [failure(2, 1)]);
    await releaseCells(tools, plan.runId, [failure(2, 1)]);
    expect((await filesOf()).toSorted()).toEqual(['2-1.tiles', 'quarantine.json']);
    await releaseCells(tools, plan.runId, []);
    expect(await filesOf()).toEqual([]);
    expect(await store.head(quarantineIndexKey(plan.runId))).toBeUndefined();
  });
});
