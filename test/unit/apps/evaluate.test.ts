import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { runCli } from '../../../apps/cli/run-cli.ts';
import { encodeMaskTiff } from '../../../results/encode-mask-tiff.ts';
import { paintSyntheticSlide } from '../../../slides/synthetic/paint-synthetic-slide.ts';
import { rectangle, writeResults } from '../../fixtures/evaluation/results-folder.ts';
import { fakeOutput } from './fake-output.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** 600 x 400 um; the plane of the prediction has 150 x 100 px of 4 um. */
const SLIDE = { widthPx: 1200, heightPx: 800, mpp: 0.5 };
const MASK = { widthPx: 150, heightPx: 100 };

async function evaluate(folder: string, ...args: string[]) {
  const output = fakeOutput();
  const signal = new AbortController().signal;
  const exitCode = await runCli({ env: {}, args: ['evaluate', ...args], folder, output, signal });
  const json = (): Record<string, never> => JSON.parse(output.printed.at(-1) ?? '') as Record<string, never>;
  return { exitCode, stdout: output.printed.join('\n'), stderr: output.noted.join('\n'), json };
}

const square = (left: number, top: number, right: number, bottom: number): number[][] => [
  [left, top],
  [right, top],
  [right, bottom],
  [left, bottom],
  [left, top],
];

const geojson = (...rings: number[][][]): string =>
  JSON.stringify({
    type: 'FeatureCollection',
    features: rings.map((ring) => ({
      type: 'Feature',
      geometry: { type: 'Polygon', coordinates: [ring] },
      properties: { objectType: 'annotation', classification: { name: 'Tumor', color: [200, 0, 0] } },
    })),
  });

/** Slide `a`, annotated as a mask of 1 um/px, and slide `b`, in GeoJSON; tumour is the left half and the upper half of them. */
async function twoSlides(): Promise<string> {
  const folder = await temporaryFolder({
    'slides.csv':
      'slide,annotation,split,grade\na.svs,a-mask.tif,test,1\nb.svs,b.geojson,test,2\nc.svs,c.tif,train,2\n',
    'b.geojson': geojson(square(0, 0, 1200, 400)),
  });
  const truth = rectangle({ widthPx: 600, heightPx: 400 }, { left: 0, top: 0, right: 300, bottom: 400 });
  await writeFile(join(folder, 'a-mask.tif'), await encodeMaskTiff({ mask: truth, slideSize: SLIDE, mpp: SLIDE.mpp }));
  const predictions = {
    a: rectangle(MASK, { left: 0, top: 0, right: 50, bottom: 100 }),
    b: rectangle(MASK, { left: 0, top: 0, right: 150, bottom: 50 }),
  };
  for (const [name, mask] of Object.entries(predictions))
    await writeResults(join(folder, 'out'), name, { slide: SLIDE, mask });
  return folder;
}

describe('h2g evaluate', () => {
  it('compares masks and polygons, and writes table, figures and plot', async () => {
    const folder = await twoSlides();
    const { exitCode, stdout, stderr } = await evaluate(folder, 'slides.csv', '--results', 'out');
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toMatch(/^prediction +2 +0\.833 ± 0\.236 +1\.000 ± 0\.000 +0\.900 ± 0\.141/m);
    expect(stdout).toMatch(/^1 +prediction +1 +0\.667 +1\.000 +0\.800/m);
    const out = join(folder, 'h2g-evaluation');
    expect((await readdir(out)).toSorted()).toEqual(['evaluation.csv', 'evaluation.json', 'evaluation.png']);
    const [header, a, b] = (await readFile(join(out, 'evaluation.csv'), 'utf8')).split('\r\n');
    expect(header).toBe(
      'slide,grade,method,bundle,bundleVersion,recall,precision,dsc,iou,hd95Um,hd95PooledUm,annotatedMm2,predictedMm2,bothMm2',
    );
    // A third of the annotated half was missed: 100 um of it at its right edge.
    expect(a).toBe(
      'a.svs,1,prediction,baseline,1.0.0,0.6666666666666666,1,0.8,0.6666666666666666,100,100,0.12,0.08,0.08',
    );
    expect(b).toBe('b.svs,2,prediction,baseline,1.0.0,1,1,1,1,0,0,0.12,0.12,0.12');
    const figures = JSON.parse(await readFile(join(out, 'evaluation.json'), 'utf8')) as object;
    expect(figures).toMatchObject({
      schema: 'h2g-evaluation/1',
      split: 'test',
      groupedBy: 'grade',
      planeMpp: 1,
      missing: [],
    });
    expect(await sharp(join(out, 'evaluation.png')).metadata()).toMatchObject({ format: 'png', channels: 3 });
  });

  it('compares bundles by Tukey’s HSD, and takes the paper’s baselines', async () => {
    const folder = await twoSlides();
    for (const [name, seed] of [
      ['a', 5],
      ['b', 6],
    ] as const) {
      await paintSyntheticSlide({ path: join(folder, `${name}.svs`), ...SLIDE, seed });
      // 3 x 2 cells of 256 um: tumour in the left column.
      const scores = Float32Array.of(0.5, 0.1, 0.49, 0.9, 0, 0);
      await writeResults(join(folder, 'other'), name, {
        slide: SLIDE,
        mask: rectangle(MASK, { left: 0, top: 0, right: 9, bottom: 9 }),
        scores,
      });
    }
    const flags = ['--results', 'good=out', '--results', 'bad=other', '--baseline', 'heatmap', 'otsu', '--json'];
    const answer = await evaluate(folder, 'slides.csv', ...flags);
    expect(answer.exitCode, answer.stderr).toBe(0);
    const { methods, tukeyHsdOfDsc, slides } = answer.json() as unknown as {
      methods: { name: string }[];
      tukeyHsdOfDsc: { a: string; b: string; p: number; difference: number }[];
      slides: { slide: string; method: string; recall: number; overlap: { predicted: number } }[];
    };
    expect(methods.map(({ name }) => name)).toEqual(['otsu', 'good heatmap', 'bad heatmap', 'good', 'bad']);
    expect(tukeyHsdOfDsc).toHaveLength(10);
    const pair = tukeyHsdOfDsc.find(({ a, b }) => a === 'good' && b === 'bad');
    expect(pair?.difference).toBeGreaterThan(0.8);
    expect(pair?.p).toBeLessThan(0.05);
    const heatmap = slides.find(({ slide, method }) => slide === 'a.svs' && method === 'bad heatmap');
    // 256 um of 600, and the edge of the mask plane's pixels of 8 um.
    expect(heatmap?.overlap.predicted).toBe(256 * 400);
    const otsu = slides.filter(({ method }) => method === 'otsu');
    expect(otsu.every(({ overlap }) => overlap.predicted > 0)).toBe(true);
  });

  it('takes another split, group and class', async () => {
    const folder = await twoSlides();
    const list =
      'slide;annotation;split;hospital\r\na.svs;b2.geojson;validation;Ålesund\r\nb.svs;b2.geojson;validation;\r\n';
    await writeFile(join(folder, 'list.csv'), list);
    await writeFile(join(folder, 'b2.geojson'), geojson(square(0, 0, 1200, 400)).replaceAll('Tumor', 'Invasive'));
    const flags = ['--results', 'out', '--split', 'validation', '--group', 'hospital', '--class', 'Invasive', '--json'];
    const { exitCode, json, stderr } = await evaluate(folder, 'list.csv', ...flags);
    expect(exitCode, stderr).toBe(0);
    expect(json()).toMatchObject({
      split: 'validation',
      groupedBy: 'hospital',
      groups: [{ group: 'Ålesund' }, { group: 'none given' }],
    });
  });

  it('defines what masks without tumour give, and counts them', async () => {
    const folder = await twoSlides();
    await writeFile(join(folder, 'b.geojson'), geojson());
    const empty = { widthPx: 150, heightPx: 100, data: new Uint8Array(15_000) };
    await writeResults(join(folder, 'out'), 'b', { slide: SLIDE, mask: empty });
    const { stdout, exitCode } = await evaluate(folder, 'slides.csv', '--results', 'out');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/prediction +2 +0\.667 \(1\) +1\.000 \(1\) +0\.900 ± 0\.141 .* 100 \(1\)/);
    expect(stdout).toContain('prediction: 1 without tumour in both masks (DSC 1).');
  });

  it('stops at slides without results, unless it is told to leave them out', async () => {
    const folder = await twoSlides();
    await rm(join(folder, 'out/b/mask.tif'));
    const refused = await evaluate(folder, 'slides.csv', '--results', 'out', '--json');
    expect(refused.exitCode).toBe(2);
    expect(refused.json()).toMatchObject({
      error: {
        code: 'results-missing',
        message: expect.stringMatching(/1 of 2 slides[^]*b\.svs \(line 3\) has no results/),
      },
    });
    const left = await evaluate(folder, 'slides.csv', '--results', 'out', '--skip-missing');
    expect(left.exitCode).toBe(0);
    expect(left.stdout).toMatch(/^prediction +1 /m);
    expect(left.stdout).toMatch(/warning: Left out: b\.svs \(line 3\) has no results/);
  });

  it('does not take results that cannot be read for missing ones', async () => {
    const folder = await twoSlides();
    await rm(join(folder, 'out/b/report.json'));
    await mkdir(join(folder, 'out/b/report.json'));
    const refused = await evaluate(folder, 'slides.csv', '--results', 'out', '--skip-missing', '--json');
    expect(refused.exitCode).toBe(2);
    expect(refused.json()).toMatchObject({
      error: { code: 'usage', message: expect.stringMatching(/The results in .*out\/b cannot be read: EISDIR/) },
    });
  });

  it('says of which results a person must look at', async () => {
    const folder = await twoSlides();
    const mask = rectangle(MASK, { left: 0, top: 0, right: 150, bottom: 50 });
    await writeResults(join(folder, 'out'), 'b', {
      slide: SLIDE,
      mask,
      report: { outcome: 'needs-review', bundle: { id: 'x', version: '2', digest: 'cd' } },
    });
    const { stdout } = await evaluate(folder, 'slides.csv', '--results', 'out');
    expect(stdout).toContain('warning: b.svs needs review by the report of prediction');
    expect(stdout).toMatch(/warning: The results of prediction .* come from more than one bundle/);
  });

  it.each([
    [
      'an annotation of another slide',
      { 'b.geojson': geojson(square(0, 0, 9000, 400)) },
      /b\.svs \(line 3\): .*b\.geojson does not fit its slide: .*\(9000, 0\), far outside/,
    ],
    [
      'another class',
      { 'b.geojson': geojson(square(0, 0, 9, 9)).replaceAll('Tumor', 'Stroma') },
      /none of class "Tumor" \(classes: "Stroma"\)/,
    ],
    [
      'no annotation',
      { 'slides.csv': 'slide,annotation\na.svs,nowhere.tif\n' },
      /a\.svs \(line 2\): There is no file .*nowhere\.tif/,
    ],
    ['no column', { 'slides.csv': 'slide,split\na.svs,test\n' }, /its first line has no column "annotation"/],
    [
      'no slide of the split',
      { 'slides.csv': 'slide,annotation,split\na.svs,a-mask.tif,train\n' },
      /no slide of split "test"[^]*its splits are: train/,
    ],
    ['an empty field', { 'slides.csv': 'slide,annotation\na.svs,\n' }, /line 2 names no annotation/],
    [
      'two slides of one name',
      { 'slides.csv': 'slide,annotation\na.svs,a-mask.tif\nx/a.svs,a-mask.tif\n' },
      /Lines 2 and 3 of the list both have a slide called a\.svs/,
    ],
    [
      'a picture',
      { 'slides.csv': 'slide,annotation\na.svs,b.geojson\nb.svs,slides.csv\n' },
      /b\.svs \(line 3\): slides\.csv is no TIFF/,
    ],
  ])('refuses %s', async (_, files, message) => {
    const folder = await twoSlides();
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    const { exitCode, stderr } = await evaluate(folder, 'slides.csv', '--results', 'out');
    expect(stderr).toMatch(message);
    expect(exitCode).toBe(2);
    expect(await readdir(folder)).not.toContain('h2g-evaluation');
  });

  it('refuses results of another size, and a mask that is not of the slide', async () => {
    const folder = await twoSlides();
    const mask = rectangle(MASK, { left: 0, top: 0, right: 1, bottom: 1 });
    await writeResults(join(folder, 'other'), 'a', { slide: { ...SLIDE, mpp: 0.25 }, mask });
    await writeResults(join(folder, 'other'), 'b', { slide: SLIDE, mask });
    const disagree = await evaluate(folder, 'slides.csv', '--results', 'x=out', '--results', 'y=other');
    expect(disagree.stderr).toMatch(
      /a\.svs \(line 2\) is 1200 x 800 px at 0\.5 um\/px by .*, but 1200 x 800 px at 0\.25 um\/px by/,
    );
    await writeResults(join(folder, 'out'), 'a', { slide: { ...SLIDE, heightPx: 900 }, mask });
    const misfit = await evaluate(folder, 'slides.csv', '--results', 'out');
    expect(misfit.exitCode).toBe(2);
    expect(misfit.stderr).toMatch(
      /2 files cannot be used:[^]*a-mask\.tif does not fit its slide: its 600 x 400 px are not in proportion/,
    );
  });

  it('refuses a list that is not there, in words', async () => {
    const { exitCode, stderr } = await evaluate(await twoSlides(), 'gone.csv', '--results', 'out');
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/gone\.csv cannot be used: there is no such file\./)]);
  });

  it.each([
    [['--results', 'x=out', '--results', 'x=other'], /cannot be called "x"/],
    [['--results', 'otsu=out'], /cannot be called "otsu"/],
    [[], /required option '--results/],
    [['--results', 'out', '--baseline', 'magic'], /Allowed choices are otsu, heatmap/],
    [['--results', 'out', '--group', 'hospital'], /no column "hospital" to group by/],
  ])('refuses %j', async (flags, message) => {
    const { exitCode, stderr } = await evaluate(await twoSlides(), 'slides.csv', ...flags);
    expect(stderr).toMatch(message);
    expect(exitCode).toBe(2);
  });
});
