import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RESULT_FILES } from '../../domain/keys.ts';
import { paintSyntheticSlide } from '../../slides/synthetic/paint-synthetic-slide.ts';
import { nanAbove, writeOddBundle, type OddBundle } from '../fixtures/odd-bundle.ts';
import { h2g, type H2gAnswer } from './h2g.ts';
import { newHome, storeOf, type Home } from './home.ts';
import { expectNothingIn, expectRefusal } from './refusal.ts';

const ALL_FILES = Object.values(RESULT_FILES).toSorted();

interface Refused extends OddBundle {
  readonly says: RegExp;
}

/** Digests are right in all of these: only looking into the networks can tell. */
const REFUSED: Readonly<Record<string, Refused>> = {
  'an input of another name': {
    id: 'name',
    manifest: ({ detection, ...rest }) => ({
      ...rest,
      detection: { ...detection, input: { ...detection.input, name: 'image_in' } },
    }),
    says: /detection\.onnx: detection\.input\.name is "image_in", but the graph's inputs are patch/,
  },
  'an output of another name': {
    id: 'output',
    manifest: ({ detection, ...rest }) => ({
      ...rest,
      detection: { ...detection, output: { ...detection.output, name: 'logits' } },
    }),
    says: /detection\.output\.name is "logits", but the graph's outputs are probabilities/,
  },
  'patches of another size': {
    id: 'patch',
    manifest: ({ detection, ...rest }) => ({ ...rest, detection: { ...detection, patchPx: 224 } }),
    says: /has the shape N x 256 x 256 x 3, expected N x 224 x 224 x 3/,
  },
  'a refinement of another size': {
    id: 'size',
    manifest: ({ refinement, ...rest }) => ({
      ...rest,
      ...(refinement ? { refinement: { ...refinement, sizePx: 512 } } : {}),
    }),
    says: /refinement\.onnx: input "image" has the shape 1 x 1024 x 1024 x 3, expected N x 512 x 512 x 3/,
  },
  'a detection that gives NaN for zeros': {
    id: 'nan-zeros',
    graphs: { detection: nanAbove('detection', -1) },
    says: /nan-zeros 1\.0\.0, detection, output "probabilities" gave NaN/,
  },
  'a refinement that gives NaN for zeros': {
    id: 'nan-zeros-refinement',
    graphs: { refinement: nanAbove('refinement', -1) },
    says: /nan-zeros-refinement 1\.0\.0, refinement, output "probabilities" gave NaN/,
  },
};

describe('bad bundles', () => {
  let home: Home;
  let slide: string;
  const run = (bundle: string, out: string): Promise<H2gAnswer> =>
    h2g(['run', slide, '--bundle', bundle, '--out', home.path(out), '--json'], { ...home.env, H2G_LAUNCHED_AS: 'h2g' });

  beforeAll(async () => {
    home = await newHome();
    slide = home.path('good.svs');
    await paintSyntheticSlide({ path: slide, widthPx: 3072, heightPx: 2560, mpp: 0.5, seed: 3 });
  });
  afterAll(() => home?.[Symbol.asyncDispose]());

  describe('found before any server starts', () => {
    it.each(Object.entries(REFUSED))('%s', async (_, { says, ...odd }) => {
      const bundle = await writeOddBundle(home.path(`bundle ${odd.id}`), odd);
      expectRefusal(await run(bundle, 'refused out'), { exitCode: 2, code: 'bundle-invalid', says });
      await expectNothingIn(home.path('refused out'));
      expect(existsSync(home.env['H2G_HOME'] ?? '')).toBe(false);
      const check = await h2g(['bundle', 'check', bundle, '--json'], home.env);
      expect(check.exitCode).toBe(2);
      expect(JSON.stringify(check.json())).toMatch(new RegExp(odd.id));
    });
  });

  describe('that give NaN for real pixels only', () => {
    beforeAll(async () => {
      await storeOf(home);
    });

    it('for some cells: these are failed with the reason, the others count, a person is asked', async () => {
      const graphs = { detection: nanAbove('detection', 0.75) };
      const bundle = await writeOddBundle(home.path('some'), { id: 'nan-some', graphs });
      expect((await h2g(['bundle', 'check', bundle], home.env)).exitCode).toBe(0);
      const answer = await run(bundle, 'some out');
      expect(answer.exitCode, answer.stderr).toBe(4);
      const report = answer.report();
      const { tissue, analysed, failed } = report.cells;
      expect(report.outcome).toBe('needs-review');
      expect(failed).toBeGreaterThan(0);
      expect(analysed).toBeGreaterThan(0);
      expect(analysed + failed).toBe(tissue);
      expect(report.warnings).toEqual([
        { code: 'cells-failed', message: expect.stringMatching(/nan-some 1\.0\.0, detection.*gave NaN/) },
      ]);
      expect((await readdir(home.path('some out', 'good'))).toSorted()).toEqual(ALL_FILES);
    });

    it('for all cells: the run has failed and says so, and asked again it tries again', async () => {
      const graphs = { detection: nanAbove('detection', 0.1) };
      const bundle = await writeOddBundle(home.path('all'), { id: 'nan-all', graphs });
      for (const attempt of ['first', 'second']) {
        const answer = await run(bundle, 'all out');
        expect(answer.exitCode, attempt).toBe(3);
        const report = answer.report();
        expect(report).toMatchObject({ outcome: 'failed', coverage: 0, cells: { analysed: 0 } });
        expect(report.cells.failed).toBe(report.cells.tissue);
        expect(report.warnings[0]?.message).toMatch(/gave NaN.*expected a probability/);
        expect(answer.stderr).toContain('good.svs: FAILED');
        expect(answer.stderr).not.toContain('finished already');
        // All attempts, a quarter of a second apart, are made again, and not the old failure read from the store.
        expect(report.stages.detect, attempt).toBeGreaterThan(0.5);
      }
    });

    it('in refinement: no mask is made up, and the run has failed', async () => {
      const graphs = { refinement: nanAbove('refinement', 0.1) };
      const bundle = await writeOddBundle(home.path('refinement'), { id: 'nan-refinement', graphs });
      for (let attempt = 0; attempt < 2; attempt += 1) {
        expectRefusal(await run(bundle, 'refinement out'), {
          exitCode: 3,
          code: 'model-output',
          says: /nan-refinement 1\.0\.0, refinement, output "probabilities" gave NaN for pixel/,
        });
        await expectNothingIn(home.path('refinement out'));
      }
    });
  });
});
