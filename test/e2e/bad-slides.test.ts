import { copyFile, readdir, readFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RESULT_FILES } from '../../domain/keys.ts';
import type { Report } from '../../domain/report.ts';
import { createS3Store, type S3Store } from '../../platform/s3/s3-store.ts';
import { paintSyntheticSlide } from '../../slides/synthetic/paint-synthetic-slide.ts';
import { damageTile } from '../fixtures/damage-tile.ts';
import { writeGlassSlide, writeSlideWithSmallTile } from '../fixtures/odd-slides.ts';
import { h2g, resultBytes, type H2gAnswer } from './h2g.ts';
import { newHome, storeOf, type Home } from './home.ts';
import { expectNothingIn, expectRefusal, type Refusal } from './refusal.ts';
import { CMU_1, HAS_SHARED } from './shared-files.ts';

const ALL_FILES = Object.values(RESULT_FILES).toSorted();
const CELL = { glass: 0, analysed: 1, failed: 2 };
const GRID = { columns: 9, rows: 9 };
/** Tiles of 240 px on level 1 (1 um/px), where a cell has 256: this one, from 960 to 1199 each way, lies under four cells. */
const TORN_TILE = { level: 1, column: 4, row: 4 };
const TORN_CELLS = [3, 4].flatMap((row) => [3, 4].map((column) => row * GRID.columns + column));

/** The slides that pass the first look and turn out bad, or empty, while the servers work on them. */
describe('slides that are bad inside', () => {
  let home: Home;
  let store: S3Store;
  const run = (slides: readonly string[], out: string): Promise<H2gAnswer> =>
    h2g(['run', ...slides, '--out', home.path(out), '--json'], { ...home.env, H2G_LAUNCHED_AS: 'h2g' });
  const reportOf = (answer: H2gAnswer): Report => answer.report();
  const statusOf = async (folder: string): Promise<number[]> => [
    ...(await sharp(join(folder, 'heatmap.tif'), { page: 1 }).extractChannel(0).raw().toBuffer()),
  ];

  beforeAll(async () => {
    home = await newHome();
    await paintSyntheticSlide({
      path: home.path('whole.svs'),
      widthPx: 4352,
      heightPx: 4352,
      mpp: 0.5,
      seed: 3,
      layout: { tilePx: 240, description: 'aperio' },
    });
    await copyFile(home.path('whole.svs'), home.path('torn.svs'));
    await damageTile(home.path('torn.svs'), TORN_TILE);
    await writeSlideWithSmallTile(home.path('small tile.tif'));
    store = createS3Store(await storeOf(home));
  });
  afterAll(async () => {
    store?.close();
    await home?.[Symbol.asyncDispose]();
  });

  it('a torn tile costs exactly the cells over it, and the run asks for a review', async () => {
    const whole = await run([home.path('whole.svs')], 'whole out');
    expect(whole.exitCode, whole.stderr).toBe(0);
    const torn = await run([home.path('torn.svs')], 'torn out');
    expect(torn.exitCode, torn.stderr).toBe(4);

    const folders = { whole: home.path('whole out', 'whole'), torn: home.path('torn out', 'torn') };
    const before = await statusOf(folders.whole);
    expect(before).toHaveLength(GRID.columns * GRID.rows);
    for (const cell of TORN_CELLS) expect(before[cell], `cell ${cell} lies on tissue`).toBe(CELL.analysed);
    expect(await statusOf(folders.torn)).toEqual(
      before.map((status, cell) => (TORN_CELLS.includes(cell) ? CELL.failed : status)),
    );
    const scores = async (folder: string): Promise<number[]> => floatsOf(await readFile(join(folder, 'heatmap.tif')));
    expect(Math.max(...(await scores(folders.whole)))).toBeGreaterThan(0.5);
    expect(await scores(folders.torn)).toEqual(
      (await scores(folders.whole)).map((score, cell) => (TORN_CELLS.includes(cell) ? 0 : score)),
    );

    const report = reportOf(torn);
    const { tissue } = report.cells;
    expect(report).toMatchObject({
      outcome: 'needs-review',
      cells: { tissue, analysed: tissue - 4, failed: 4 },
      coverage: (tissue - 4) / tissue,
      warnings: [{ code: 'cells-failed' }],
      provenance: { provider: 'cpu' },
    });
    const [warning] = report.warnings;
    expect(warning?.message).toMatch(
      /^4 of \d+ tissue cells could not be analysed.*column 3 row 3: torn\.svs has a damaged tile: tile 44 of level 1 \(at 960, 960\)/,
    );
    expect(warning?.message).toMatch(/below the 99 % asked for.*by eye.*copy the slide again/);
    expect(torn.stderr).toContain('NEEDS REVIEW');
    expect(torn.stderr).toContain('4 FAILED');
    expect(torn.stderr).toContain(warning?.message);
    expect((await readdir(folders.torn)).toSorted()).toEqual(ALL_FILES);
    expect(JSON.parse(await readFile(join(folders.torn, 'report.json'), 'utf8'))).toEqual(report);
  });

  it('a slide without tissue is an answer and no error', async () => {
    const slide = home.path('bare glass.tif');
    await writeGlassSlide(slide);
    const answer = await run([slide], 'glass out');
    expect(answer.exitCode, answer.stderr).toBe(0);
    expect(answer.stderr).toContain('no tissue found');
    expect(reportOf(answer)).toMatchObject({
      outcome: 'no-tissue',
      cells: { tissue: 0, analysed: 0, failed: 0 },
      coverage: 1,
      tumourAreaMm2: 0,
      tumourShare: 0,
      warnings: [{ code: 'no-tissue', message: expect.stringMatching(/^No tissue found.*--tissue otsu/) }],
    });
    const folder = home.path('glass out', 'bare glass');
    expect((await readdir(folder)).toSorted()).toEqual(ALL_FILES);
    const { data, info } = await sharp(join(folder, 'mask.tif')).raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([160, 128]);
    expect(data.every((value) => value === 0)).toBe(true);
    expect(new Set(await statusOf(folder))).toEqual(new Set([CELL.glass]));
    expect(JSON.parse(await readFile(join(folder, 'tumour.geojson'), 'utf8'))).toMatchObject({ features: [] });
    expect((await sharp(join(folder, 'overlay.png')).metadata()).width).toBeGreaterThan(100);
  });

  it('a tile that decodes to another size ends the run, and status says so as well', async () => {
    const answer = await run([home.path('small tile.tif')], 'small out');
    const { message } = expectRefusal(answer, {
      exitCode: 2,
      code: 'slide-unreadable',
      says: /^small tile\.tif has a damaged tile: tile 7 of level 0 \(at 512, 256\).*30000 bytes where 256 x 256 pixels take 196608/,
    });
    await expectNothingIn(home.path('small out'));
    const status = await h2g(['status', '--json'], home.env);
    const { runs } = status.json() as { runs: { slideName: string; state: { kind: string; error?: Refusal } }[] };
    const failed = runs.find(({ slideName }) => slideName === 'small tile.tif');
    expect(failed?.state).toMatchObject({ kind: 'failed', error: { code: 'slide-unreadable', message } });
  });

  it('of three slides a bad one stops none: the exit code is that of the worst', async () => {
    const names = ['whole.svs', 'small tile.tif', 'torn.svs'];
    const answer = await run(
      names.map((name) => home.path(name)),
      'three out',
    );
    expect(answer.exitCode, answer.stderr).toBe(2);
    const { runs } = answer.json() as { runs: object[] };
    expect(runs).toEqual([
      expect.objectContaining({ outcome: 'done' }),
      { slide: 'small tile.tif', error: expect.objectContaining({ code: 'slide-unreadable' }) },
      expect.objectContaining({ outcome: 'needs-review' }),
    ]);
    expect(answer.stderr).toContain('3 slides: 1 done, 1 refused, 1 to be reviewed');
    expect((await readdir(home.path('three out'))).toSorted()).toEqual(['torn', 'whole']);
  });

  it('a name with spaces, umlauts and emoji comes through whole, from a file and from S3', async () => {
    const name = 'Mamma Größe 50% #2 (é) 🔬🧬';
    const slide = home.path(`${name}.svs`);
    await copyFile(home.path('whole.svs'), slide);
    const fromFile = await run([slide], 'named out');
    expect(fromFile.exitCode, fromFile.stderr).toBe(0);
    expect(reportOf(fromFile).slide.name).toBe(`${name}.svs`);
    const key = `slides/Fälle 2026/${name}.svs`;
    await store.put(key, await readFile(slide));
    const fromStore = await run([`s3://h2g/${key}`], 'named s3 out');
    expect(fromStore.exitCode, fromStore.stderr).toBe(0);
    expect(reportOf(fromStore).slide.name).toBe(`${name}.svs`);
    const expected = await resultBytes(home.path('whole out', 'whole'));
    for (const out of ['named out', 'named s3 out']) {
      expect(await readdir(home.path(out))).toEqual([name]);
      const files = await resultBytes(home.path(out, name));
      expect(files['heatmap.tif']).toEqual(expected['heatmap.tif']);
      expect(files['mask.tif']).toEqual(expected['mask.tif']);
    }
  });

  it('in S3 a missing object, a missing bucket and a cut upload are told apart', async () => {
    const whole = await readFile(home.path('whole.svs'));
    await store.put('slides/cut.svs', whole.subarray(0, 100_000));
    await store.put('slides/empty.svs', new Uint8Array());
    const cases = [
      {
        url: 's3://h2g/slides/none.svs',
        code: 'slide-missing',
        says: /s3:\/\/h2g\/slides\/none\.svs|slides\/none\.svs/,
      },
      { url: 's3://no-such-bucket/a.svs', code: 'slide-missing', says: /no-such-bucket/ },
      { url: 's3://h2g/slides/cut.svs', code: 'slide-truncated', says: /cut\.svs has 100000 bytes/ },
      { url: 's3://h2g/slides/empty.svs', code: 'slide-unreadable', says: /empty\.svs is empty/ },
    ] as const;
    for (const { url, code, says } of cases) {
      expectRefusal(await run([url], 's3 out'), { exitCode: 2, code, says });
      await expectNothingIn(home.path('s3 out'));
    }
  });

  it.skipIf(!HAS_SHARED)('a real slide whose copy broke off says how much is there', async () => {
    const slide = home.path('CMU-1.svs');
    await copyFile(CMU_1, slide);
    await truncate(slide, 1_000_000);
    expectRefusal(await run([slide], 'cut out'), {
      exitCode: 2,
      code: 'slide-truncated',
      says: /CMU-1\.svs has 1000000 bytes/,
    });
    await expectNothingIn(home.path('cut out'));
  });
});

/** The first page of heatmap.tif as libvips reads it. */
async function floatsOf(tiff: Buffer): Promise<number[]> {
  const { data, info } = await sharp(tiff).raw({ depth: 'float' }).toBuffer({ resolveWithObject: true });
  return Array.from({ length: info.width * info.height }, (_, i) => data.readFloatLE(i * info.channels * 4));
}
