import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../platform/package-root.ts';
import { h2g } from './h2g.ts';
import { newHome } from './home.ts';

const TRAINER = join(packageRoot(), 'models', 'training', 'h2g-train');
/** What the launcher says where there is no Python that it can use. */
const NO_PYTHON = 2;

/** Small enough for two epochs of the real networks on a processor. */
const SLIDE = ['--width', '1800', '--height', '1500', '--mpp', '1'];
const SMALL = [
  ...'--epochs 2 --threads 1 --workers 1 --cells-per-slide 8'.split(' '),
  '--classifier-options=--batch 2 --steps 2 --validation-cells 2',
  '--refinement-options=--size 256 --batch 1 --accumulate 2 --steps 2',
];

function train(args: readonly string[]): Promise<{ exitCode: number | null; said: string }> {
  const child = spawn(TRAINER, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stdout.on('data', (data: Buffer) => (said += data.toString()));
  child.stderr.on('data', (data: Buffer) => (said += data.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode, said }));
  });
}

/** Two epochs of MobileNetV2 and U-Net learn next to nothing: what is tested is that slides become a bundle, and the bundle a mask. */
test(
  'slides are painted, both networks trained, exported, checked, run and judged',
  { timeout: 1_200_000 },
  async ({ skip }) => {
    const trainer = await train(['--help']);
    skip(trainer.exitCode === NO_PYTHON, trainer.said);
    expect(trainer.exitCode, trainer.said).toBe(0);
    await using home = await newHome();
    for (const [seed, split] of [
      ['11', 'train'],
      ['13', 'validation'],
      ['12', 'test'],
    ] as const) {
      const painted = await h2g(
        ['demo-slide', '--out', home.path('slides'), '--seed', seed, '--split', split, ...SLIDE],
        home.env,
      );
      expect(painted.exitCode, painted.stderr).toBe(0);
    }
    const list = home.path('slides', 'slides.csv');
    const trained = await train(['all', list, '--out', home.path('run'), '--id', 'two-epochs', ...SMALL]);
    expect(trained.exitCode, trained.said).toBe(0);
    const bundle = home.path('run', 'bundle');
    expect(await readFile(join(bundle, 'MODEL_CARD.md'), 'utf8')).toContain('Not for diagnosis');

    const checked = await h2g(['bundle', 'check', bundle], home.env);
    expect(checked.exitCode, checked.stdout).toBe(0);
    const ran = await h2g(
      ['run', home.path('slides', 'synthetic-12.svs'), '--bundle', bundle, '--out', home.path('out'), '--json'],
      home.env,
    );
    expect(ran.exitCode, ran.stderr).toBe(0);
    expect(ran.report()).toMatchObject({ outcome: 'done', bundle: { id: 'two-epochs' }, coverage: 1 });
    const judged = await h2g(
      ['evaluate', list, '--results', home.path('out'), '--out', home.path('figures'), '--json'],
      home.env,
    );
    expect(judged.exitCode, judged.stderr).toBe(0);
    expect(judged.json()).toMatchObject({ slides: [{ slide: 'synthetic-12.svs' }] });
  },
);
