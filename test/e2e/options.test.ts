import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../domain/report.ts';
import { paintSyntheticSlide } from '../../slides/synthetic/paint-synthetic-slide.ts';
import { h2g, resultBytes } from './h2g.ts';
import { newHome, storeOf, type Home } from './home.ts';

interface Run {
  readonly report: Report;
  readonly files: Record<string, Buffer>;
}

/** What each option of a run changes, and what it leaves alone. */
describe('the options of a run', () => {
  let home: Home;
  let slide: string;
  let plain: Run;

  beforeAll(async () => {
    home = await newHome();
    slide = home.path('slide.tif');
    await paintSyntheticSlide({ path: slide, widthPx: 5000, heightPx: 4100, mpp: 0.5, seed: 11 });
    await storeOf(home);
    plain = await run('plain');
  });

  afterAll(() => home?.[Symbol.asyncDispose]());

  async function run(out: string, ...options: string[]): Promise<Run> {
    const answer = await h2g(['run', slide, '--out', home.path(out), '--json', ...options], home.env);
    expect(answer.exitCode, answer.stderr).toBe(0);
    return { report: answer.report(), files: await resultBytes(home.path(out, 'slide')) };
  }

  const changedFiles = (other: Run): string[] =>
    Object.keys(plain.files).filter((name) => !plain.files[name]?.equals(other.files[name] ?? Buffer.alloc(0)));

  it('fast-compat stretches the grid over the slide: the mask moves, the heatmap does not', async () => {
    const other = await run('compat', '--placement', 'fast-compat');
    expect(other.report.runId).not.toBe(plain.report.runId);
    expect(changedFiles(other)).toEqual(['mask.tif', 'overlay.png', 'tumour.geojson']);
  });

  it('smoothing changes the outlines, not the mask', async () => {
    const other = await run('smooth', '--smooth-outlines');
    expect(changedFiles(other)).toEqual(['overlay.png', 'tumour.geojson']);
    expect(other.report.tumourAreaMm2).toBe(plain.report.tumourAreaMm2);
  });

  it('otsu finds nearly the same tissue on a clean slide', async () => {
    const { report } = await run('otsu', '--tissue', 'otsu');
    expect(Math.abs(report.tissueAreaMm2 / plain.report.tissueAreaMm2 - 1)).toBeLessThan(0.15);
    expect(report.options.tissue).toBe('otsu');
  });

  it('a given scale overrules the slide’s and is called so', async () => {
    const { report } = await run('given', '--mpp', '0.25');
    expect(report.slide).toMatchObject({ mpp: 0.25, scale: 'given' });
    expect(report.warnings).toEqual([
      { code: 'scale-overruled', message: expect.stringMatching(/states 0\.5 um\/px, but 0\.25 um\/px was given/) },
    ]);
    expect(report.grid).toEqual({ columns: 5, rows: 5 });
    expect(report.tissueAreaMm2 / plain.report.tissueAreaMm2).toBeCloseTo(0.25, 1);
  });
});
