/** `npm run bench`: every claim about speed comes from here, as ratios within one run. */
import '../../apps/cli/silence-libraries.ts';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { defaultCacheDir } from '../../infra/local/default-folders.ts';
import { baselineBundleDir } from '../../models/shipped-bundles.ts';
import { packageRoot } from '../../platform/package-root.ts';
import { startBareThreads } from './bare-threads.ts';
import type { Figure } from './figure.ts';
import { benchSlide } from './bench-slide.ts';
import { BENCHES } from './benches.ts';
import { describeMachine } from './describe-machine.ts';
import { formatTable } from './format-table.ts';
import { startStack } from './stack.ts';
import { tileLoads } from './tile-loads.ts';

const { values: flags } = parseArgs({
  options: {
    json: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    patience: { type: 'string', default: '45' },
    only: { type: 'string', default: Object.keys(BENCHES).join(',') },
  },
});

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const note = (line: string): void => void process.stderr.write(`${line}\n`);

/** The founders' trained pair has the original's architecture; the baseline is smaller and faster. */
const SYNTHETIC = join(packageRoot(), '..', 'shared', 'models', 'h2g-synthetic');
const bundleDir = existsSync(SYNTHETIC) ? SYNTHETIC : baselineBundleDir();

const folder = await mkdtemp(join(tmpdir(), 'h2g-bench-'));
try {
  const path = await benchSlide(defaultCacheDir(process.env), note);
  await using stack = await startStack(folder);
  const report = await stack.runSlide(path, bundleDir);
  const loads = await tileLoads(report.runId, stack.s3);
  await using threads = await startBareThreads(availableParallelism(), { bundleDir, loads });
  const tools = {
    stack,
    slide: { path, bundleDir, report },
    threads,
    rounds: Number(flags.rounds),
    patienceSeconds: Number(flags.patience),
    note,
  };
  const figures: Figure[] = [];
  for (const name of flags.only.split(',')) {
    const bench = BENCHES[name];
    if (bench === undefined) throw new Error(`--only ${name}: there are ${Object.keys(BENCHES).join(', ')}`);
    figures.push(...(await bench(tools)));
  }
  const machine = describeMachine();
  const { bundle, cells } = report;
  print(`${machine.cores} cores (${machine.processor}), Node ${machine.node}; load before: ${machine.load.join(' ')}`);
  print(`${cells.analysed} cells of a synthetic x20 slide, bundle ${bundle.id} ${bundle.version}\n`);
  print(formatTable(figures));
  if (flags.json !== undefined)
    await writeFile(flags.json, `${JSON.stringify({ machine, bundle, cells, figures }, null, 2)}\n`);
} finally {
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}
