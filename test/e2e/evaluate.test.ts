import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { truthDice } from '../../domain/dice.ts';
import type { BinaryImage } from '../../domain/image.ts';
import { decodeMaskTiff } from '../../results/decode-mask-tiff.ts';
import { encodeMaskTiff } from '../../results/encode-mask-tiff.ts';
import { paintSyntheticSlide } from '../../slides/synthetic/paint-synthetic-slide.ts';
import { h2g, type H2gAnswer } from './h2g.ts';
import { newHome, type Home } from './home.ts';

/** In whole pixels of 4 um, on which masks and truths lie. */
const SLIDE = { widthPx: 3200, heightPx: 2400, mpp: 0.5 };
const SEEDS = [41, 42, 43];

interface Scores {
  readonly slide: string;
  readonly method: string;
  readonly dsc: number;
  readonly recall: number;
  readonly precision: number;
  readonly hd95Um: number;
}

/** Painted slides whose tumour is known, run by the built program, then evaluated by it. */
describe('h2g evaluate on the results of h2g run', () => {
  let home: Home;
  const truths = new Map<string, BinaryImage>();

  beforeAll(async () => {
    home = await newHome();
    const lines = ['slide,annotation,split,grade'];
    for (const seed of SEEDS) {
      const slideSize = { widthPx: SLIDE.widthPx, heightPx: SLIDE.heightPx };
      const { truth } = await paintSyntheticSlide({ path: home.path(`slide-${seed}.tif`), ...SLIDE, seed });
      truths.set(`slide-${seed}`, truth);
      await writeFile(home.path(`truth-${seed}.tif`), await encodeMaskTiff({ mask: truth, slideSize, mpp: SLIDE.mpp }));
      lines.push(`slide-${seed}.tif,truth-${seed}.tif,test,${seed % 2}`);
    }
    await writeFile(home.path('slides.csv'), lines.join('\n'));
    const ran = await h2g(['run', home.path('slides.csv'), '--out', home.path('out'), '--json'], home.env);
    expect(ran.exitCode, ran.stderr).toBe(0);
  });

  afterAll(() => home?.[Symbol.asyncDispose]());

  const evaluate = (list: string, ...flags: string[]): Promise<H2gAnswer> =>
    h2g(
      ['evaluate', home.path(list), '--results', home.path('out'), '--out', home.path('figures'), '--json', ...flags],
      home.env,
    );
  const slidesOf = (answer: H2gAnswer): Scores[] => answer.json()['slides'] as Scores[];

  it('finds the overlap that the masks have on their own plane', async () => {
    const answer = await evaluate('slides.csv', '--baseline', 'otsu', 'heatmap');
    expect(answer.exitCode, answer.stderr).toBe(0);
    const scores = slidesOf(answer);
    expect(scores).toHaveLength(9);
    for (const { slide, dsc, hd95Um } of scores.filter(({ method }) => method === 'prediction')) {
      const name = slide.replace('.tif', '');
      const mask = await decodeMaskTiff(await readFile(home.path('out', name, 'mask.tif')));
      // Both have pixels of 4 um, each of which is 16 pixels of the plane of 1 um.
      expect(dsc).toBeCloseTo(truthDice(mask, truths.get(name)!), 9);
      expect(hd95Um).toBeGreaterThan(0);
    }
    for (const { recall, precision } of scores.filter(({ method }) => method === 'otsu')) {
      expect(recall).toBeGreaterThan(0.9);
      expect(precision).toBeLessThan(0.9);
    }
    expect(answer.json()).toMatchObject({
      methods: [{ name: 'otsu' }, { name: 'heatmap' }, { bundle: { id: 'baseline' } }],
    });
  });

  it('finds the outlines of a run to be its mask', async () => {
    const lines = SEEDS.map((seed) => `slide-${seed}.tif,outlines-${seed}.geojson`);
    for (const seed of SEEDS)
      await copyFile(home.path('out', `slide-${seed}`, 'tumour.geojson'), home.path(`outlines-${seed}.geojson`));
    await writeFile(home.path('outlines.csv'), ['slide,annotation', ...lines].join('\n'));
    const answer = await evaluate('outlines.csv');
    expect(answer.exitCode, answer.stderr).toBe(0);
    for (const scores of slidesOf(answer)) expect(scores).toMatchObject({ dsc: 1, hd95Um: 0 });
  });
});
