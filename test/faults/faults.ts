/** `npm run test:faults`: everything that can happen to the servers and workers, and whether what is promised holds. */
import '../../apps/cli/silence-libraries.ts';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeMachine } from '../bench/describe-machine.ts';
import { FAULTS } from './fault-table.ts';
import { byKind, formatKill, formatKinds, formatSeed } from './format-report.ts';
import { killEverything } from './kill-everything.ts';
import { makeInputs } from './place-inputs.ts';
import { countOf, readFlags } from './read-flags.ts';
import { runSeed, type SeedReport } from './run-seed.ts';
import { placeTests, runUndisturbed } from './undisturbed.ts';
import { withWorld } from './with-world.ts';
import type { World } from './world.ts';

const flags = readFlags(['seeds', 'seed', 'faults', 'deadline', 'everything-at-once', 'json']);
const print = (line: string): void => void process.stdout.write(`${line}\n`);
const machine = describeMachine();

const folder = await mkdtemp(join(tmpdir(), 'h2g-faults-'));
const times = flags['everything-at-once'];
const { isWhole, json } =
  times === undefined ? await strikeSeeds() : await killAtOnce(countOf('everything-at-once', times, 10));
if (flags.json !== undefined) await writeFile(flags.json, `${JSON.stringify({ machine, ...json }, null, 2)}\n`);
if (isWhole) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
else print(`What was left is in ${folder}`);
process.exitCode = isWhole ? 0 : 1;

interface Answer {
  readonly isWhole: boolean;
  readonly json: object;
}

async function strikeSeeds(): Promise<Answer> {
  const faults = countOf('faults', flags.faults, 10);
  const deadlineMs = countOf('deadline', flags.deadline, 240) * 1_000;
  const one = flags.seed === undefined ? undefined : countOf('seed', flags.seed, 1);
  const seeds = one === undefined ? Array.from({ length: countOf('seeds', flags.seeds, 3) }, (_, i) => i + 1) : [one];

  const inputs = await makeInputs(folder);
  const { bundleDir } = inputs;
  const undisturbed = await runUndisturbed(join(folder, 'undisturbed'), inputs);
  print(`undisturbed: ${undisturbed.seconds.toFixed(0)} s`);
  const reports: SeedReport[] = [];
  for (const seed of seeds) {
    const place = join(folder, `seed-${seed}`);
    const report = await withWorld({ folder: place, bundleDir }, async (world) => {
      if (reports.length === 0) tellImpossible(world);
      const tests = await placeTests(inputs, world);
      const plan = { seed, faults, deadlineMs, again: false, note: print };
      return runSeed({ ...plan, world, tests, undisturbed: undisturbed.digests });
    });
    print(formatSeed(report));
    reports.push(report);
    if (report.problems.length === 0) await rm(place, { recursive: true, force: true, maxRetries: 5 });
    else print(`  its logs are in ${place}; once more: npm run test:faults -- --seed ${seed} --faults ${faults}`);
  }
  const broken = reports.filter(({ problems }) => problems.length > 0);
  print(`\n${formatKinds(byKind(reports))}\n`);
  // Logs are often kept from their end only.
  for (const report of broken) print(formatSeed(report));
  if (broken.length === 0) print(`${seeds.length} seeds: whole`);
  return { isWhole: broken.length === 0, json: { undisturbed, kinds: byKind(reports), seeds: reports } };
}

function tellImpossible(world: World): void {
  for (const { name, impossible } of FAULTS) {
    const why = impossible?.(world);
    if (why !== undefined) print(`skipped: ${name}: ${why}`);
  }
}

async function killAtOnce(howOften: number): Promise<Answer> {
  const seed = countOf('seed', flags.seed, 1);
  const kills = await killEverything({ folder, howOften, seed, onKill: (kill) => print(formatKill(kill)) });
  return { isWhole: kills.every(({ problems }) => problems.length === 0), json: { seed, kills } };
}
