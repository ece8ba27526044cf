import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OnnxGraph } from '../../models/onnx/onnx-graph.ts';
import { MARK_LIGHT, writeMarkedSlide } from '../fixtures/marked-slide.ts';
import { deadlyAbove, endlessAbove, writeOddBundle } from '../fixtures/odd-bundle.ts';
import { h2g, type H2gAnswer } from './h2g.ts';
import { newHome, storeOf, type Home } from './home.ts';
import { eventually, readyStack } from './mid-run.ts';

const GRID = { columns: 8, rows: 4 };
const MARKED = { column: 2, row: 1 };
const FAILED = 2;
const SHORT = '3';

/** Real detectors that really die or hang over one cell of thirty-two. */
describe('a cell that no error can tell of', () => {
  let home: Home;

  beforeAll(async () => {
    home = await newHome({ H2G_BATCH_SECONDS: SHORT });
    await writeMarkedSlide(home.path('slide.tif'), GRID, [MARKED]);
    await storeOf(home);
  });
  afterAll(() => home?.[Symbol.asyncDispose]());

  async function run(id: string, detection: OnnxGraph): Promise<H2gAnswer> {
    const bundle = await writeOddBundle(home.path(id), { id, graphs: { detection } });
    const args = ['run', home.path('slide.tif'), '--bundle', bundle, '--out', home.path(`${id} out`), '--json'];
    return h2g(args, home.env);
  }

  async function expectOneFailed(answer: H2gAnswer, id: string, reason: RegExp): Promise<void> {
    expect(answer.exitCode, answer.stderr).toBe(4);
    const report = answer.report();
    expect(report).toMatchObject({ outcome: 'needs-review', cells: { tissue: 32, analysed: 31, failed: 1 } });
    expect(report.warnings[0]?.message).toMatch(reason);
    const status = await sharp(join(home.path(`${id} out`), 'slide', 'heatmap.tif'), { page: 1 })
      .extractChannel(0)
      .raw()
      .toBuffer();
    const failed = [...status.entries()].filter(([, value]) => value === FAILED).map(([index]) => index);
    expect(failed).toEqual([MARKED.row * GRID.columns + MARKED.column]);
  }

  it.skipIf(process.arch !== 'x64')('is failed when it has taken detectors down, and no other with it', async () => {
    const answer = await run('deadly', deadlyAbove(MARK_LIGHT));
    await expectOneFailed(answer, 'deadly', /column 2 row 1: the detector .* died without a word/);
  });

  it('is failed when inference never ends, and the detector that hangs is replaced', async () => {
    const answer = await run('endless', endlessAbove(MARK_LIGHT));
    await expectOneFailed(answer, 'endless', /column 2 row 1: A classify task did not end within 3 s/);
    await eventually('every detector at work, one of them for the second time', async () => {
      const detectors = (await readyStack(home)).processes.filter(({ name }) => name.startsWith('detector'));
      return (detectors.at(-1)?.restarts ?? 0) ? true : undefined;
    });
  });
});
