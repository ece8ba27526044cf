import { readFile } from 'node:fs/promises';
import { createS3Store, type S3Store } from '../../platform/s3/s3-store.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../domain/report.ts';
import { startRangeServer, type RangeServer } from '../fixtures/range-server.ts';
import { h2g, resultBytes } from './h2g.ts';
import { newHome, storeOf, type Home } from './home.ts';
import { CMU_1, EXPECTED_CMU_1, H2G_SYNTHETIC, HAS_SHARED } from './shared-files.ts';

interface Expected {
  readonly grid: { columns: number; rows: number };
  readonly analysed: number;
  readonly tumourAreaMm2: number;
  readonly tissueAreaMm2: number;
  readonly scores: number[][];
}

const STORES = ['minio', 'versitygw'] as const;
const NAME = 'CMU-1-Small-Region.svs';

describe.skipIf(!HAS_SHARED).each(STORES)('CMU-1 Small Region with h2g-synthetic, on %s', (storeName) => {
  let home: Home;
  let store: S3Store;
  let http: RangeServer;
  let expected: Expected;
  let slide: Buffer;

  beforeAll(async () => {
    home = await newHome({ H2G_LOCAL_STORE: storeName });
    http = await startRangeServer();
    slide = await readFile(CMU_1);
    expected = JSON.parse(await readFile(EXPECTED_CMU_1, 'utf8')) as Expected;
    store = createS3Store(await storeOf(home));
  });

  afterAll(async () => {
    store?.close();
    await http?.close();
    await home?.[Symbol.asyncDispose]();
  });

  async function run(
    slideUrl: string,
    out: string,
    ...more: string[]
  ): Promise<{ report: Report; files: Record<string, Buffer> }> {
    const answer = await h2g(
      ['run', slideUrl, '--bundle', H2G_SYNTHETIC, '--out', home.path(out), '--json', ...more],
      home.env,
    );
    expect(answer.exitCode, answer.stderr).toBe(0);
    return {
      report: answer.report(),
      files: await resultBytes(home.path(out, NAME.replace('.svs', ''))),
    };
  }

  function expectAgreement(report: Report, heatmapTiff: Buffer | undefined): void {
    expect(report.outcome).toBe('done');
    expect(report.grid).toEqual(expected.grid);
    expect(report.cells).toEqual({ tissue: expected.analysed, analysed: expected.analysed, failed: 0 });
    expect(Math.abs(report.tumourAreaMm2 / expected.tumourAreaMm2 - 1)).toBeLessThan(0.01);
    expect(report.tissueAreaMm2).toBeCloseTo(expected.tissueAreaMm2, 9);
    const scores = floatPixels(heatmapTiff ?? Buffer.alloc(0));
    expect(scores).toHaveLength(expected.grid.columns * expected.grid.rows);
    for (const [i, score] of expected.scores.flat().entries())
      expect(Math.abs((scores[i] ?? Number.NaN) - score), `cell ${i}`).toBeLessThanOrEqual(1e-3);
  }

  it('agrees with the independent program, from a file, from S3 and over HTTP, twice with the same bytes', async () => {
    const fromFile = await run(CMU_1, 'file');
    expectAgreement(fromFile.report, fromFile.files['heatmap.tif']);

    const again = await run(CMU_1, 'again', '--again');
    expect(again.report.runId).toBe(fromFile.report.runId);
    expect(again.files).toEqual(fromFile.files);

    await store.put(`slides/${NAME}`, slide);
    const fromS3 = await run(`s3://h2g/slides/${NAME}`, 's3');
    expectAgreement(fromS3.report, fromS3.files['heatmap.tif']);
    expect(fromS3.files).toEqual(fromFile.files);
    const { needed, read } = fromS3.report.bytes;
    expect(read).toBeGreaterThanOrEqual(needed);
    expect(read).toBeLessThanOrEqual(1.1 * needed + 256 * 1024);

    http.files.set(NAME, slide);
    const overHttp = await run(http.url(NAME).href, 'http');
    expect(overHttp.files).toEqual(fromFile.files);
    // What the report leaves out is the command's own opening, which the server saw too.
    const unreported = http.sentBytes - overHttp.report.bytes.read;
    expect(unreported).toBeGreaterThanOrEqual(0);
    expect(unreported).toBeLessThanOrEqual(20_000);
    expect(http.sentBytes).toBeLessThanOrEqual(1.1 * overHttp.report.bytes.needed + 256 * 1024);
  });

  it('answers for the new slide, as another run, when an S3 slide was replaced between two runs', async () => {
    const key = 'slides/replaced.svs';
    await store.put(key, slide);
    const first = await h2g(
      ['run', `s3://h2g/${key}`, '--bundle', H2G_SYNTHETIC, '--out', home.path('r1'), '--json'],
      home.env,
    );
    await store.put(key, Buffer.concat([slide, Buffer.from('x')]));
    const second = await h2g(
      ['run', `s3://h2g/${key}`, '--bundle', H2G_SYNTHETIC, '--out', home.path('r2'), '--json'],
      home.env,
    );
    expect([first.exitCode, second.exitCode]).toEqual([0, 0]);
    expect(second.json()['runId']).not.toBe(first.json()['runId']);
  });
});

/** The float32 pixels of the first page of heatmap.tif, read by the TIFF specification alone. */
function floatPixels(tiff: Buffer): number[] {
  const directory = tiff.readUInt32LE(4);
  const tags = new Map<number, number>();
  for (let i = 0; i < tiff.readUInt16LE(directory); i++) {
    const entry = directory + 2 + i * 12;
    const isShort = tiff.readUInt16LE(entry + 2) === 3;
    tags.set(tiff.readUInt16LE(entry), isShort ? tiff.readUInt16LE(entry + 8) : tiff.readUInt32LE(entry + 8));
  }
  const [width = 0, height = 0, offset = 0] = [tags.get(256), tags.get(257), tags.get(273)];
  return Array.from({ length: width * height }, (_, i) => tiff.readFloatLE(offset + i * 4));
}
