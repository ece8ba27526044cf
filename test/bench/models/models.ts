/** `npm run bench:models -- --bundles DIR`: every bundle of a folder on synthetic slides that no training saw, as the paper's table. */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { describeMachine } from '../describe-machine.ts';
import { runH2g } from '../run-h2g.ts';
import { baselineRows, BASELINES, findBundles } from './methods.ts';
import { type Evaluation, modelsTable } from './models-table.ts';

const { values: flags } = parseArgs({
  options: {
    bundles: { type: 'string' },
    slides: { type: 'string', default: '12' },
    'first-seed': { type: 'string', default: '9001' },
    folder: { type: 'string' },
    json: { type: 'string' },
  },
});

const note = (line: string): void => void process.stderr.write(`${line}\n`);

if (flags.bundles === undefined || !existsSync(flags.bundles)) {
  note(
    'Give --bundles DIR, a folder with one bundle a subfolder; models/training/README.md says how they are trained.',
  );
  process.exit(2);
}

const bundles = await findBundles(resolve(flags.bundles));
const folder = resolve(flags.folder ?? (await mkdtemp(join(tmpdir(), 'h2g-models-'))));
const home = join(folder, 'home');
const list = join(folder, 'slides', 'slides.csv');
await mkdir(folder, { recursive: true });
try {
  // What a folder of one's own holds from the last time is used again; a run that is finished there, too.
  const seeds = Array.from({ length: Number(flags.slides) }, (_, index) => Number(flags['first-seed']) + index);
  const listed = existsSync(list) ? await readFile(list, 'utf8') : '';
  for (const seed of seeds.filter((one) => !listed.includes(`synthetic-${one}.svs`))) {
    note(`painting slide ${seed}`);
    await runH2g(['demo-slide', '--out', join(folder, 'slides'), '--seed', String(seed), '--split', 'test'], home);
  }
  await runH2g(['up'], home);
  try {
    for (const { name, dir } of bundles) {
      note(`${name}: running`);
      await runH2g(['run', list, '--bundle', dir, '--out', join(folder, 'results', name)], home);
    }
  } finally {
    await runH2g(['down'], home);
  }
  note('comparing with the truth');
  const results = bundles.flatMap(({ name }) => ['--results', `${name}=${join(folder, 'results', name)}`]);
  const baselines = ['--baseline', ...BASELINES.map(({ name }) => name)];
  const evaluation = join(folder, 'evaluation');
  await runH2g(['evaluate', list, ...results, ...baselines, '--out', evaluation], home);
  const figures = JSON.parse(await readFile(join(evaluation, 'evaluation.json'), 'utf8')) as Evaluation;
  const machine = describeMachine();
  process.stdout.write(`${modelsTable(figures, [...baselineRows(bundles), ...bundles])}\n`);
  if (flags.json !== undefined)
    await writeFile(flags.json, `${JSON.stringify({ machine, flags, evaluation: figures }, null, 1)}\n`);
} finally {
  if (flags.folder === undefined) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}
