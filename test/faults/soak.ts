/** `npm run soak`: one site that lives for long, with slides and faults all the while. */
import '../../apps/cli/silence-libraries.ts';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { forgetRun } from '../../apps/cli/run/forget-run.ts';
import { describeMachine } from '../bench/describe-machine.ts';
import { byKind, formatKinds, formatSamples, formatSeed } from './format-report.ts';
import { makeInputs } from './place-inputs.ts';
import { countOf, readFlags } from './read-flags.ts';
import { runSeed, type SeedReport } from './run-seed.ts';
import { sampleWorld, type Sample } from './sample-world.ts';
import { placeTests, runUndisturbed } from './undisturbed.ts';
import { withWorld } from './with-world.ts';

const flags = readFlags(['minutes', 'seed', 'faults', 'deadline', 'json']);
const print = (line: string): void => void process.stdout.write(`${line}\n`);
const minutes = countOf('minutes', flags.minutes, 60);
const faults = countOf('faults', flags.faults, 10);
const deadlineMs = countOf('deadline', flags.deadline, 240) * 1_000;
const firstSeed = countOf('seed', flags.seed, 1);
const machine = describeMachine();

const folder = await mkdtemp(join(tmpdir(), 'h2g-soak-'));
const inputs = await makeInputs(folder);
const undisturbed = await runUndisturbed(join(folder, 'undisturbed'), inputs);
const rounds: SeedReport[] = [];
const samples: Sample[] = [];

await withWorld({ folder: join(folder, 'site'), bundleDir: inputs.bundleDir }, async (world) => {
  const tests = await placeTests(inputs, world);
  const endMs = Date.now() + minutes * 60_000;
  for (let seed = firstSeed; Date.now() < endMs; seed++) {
    for (const { runId } of tests) await forgetRun(world, runId);
    world.journal.beginAnew();
    const plan = { seed, faults, deadlineMs, again: true, note: print };
    const report = await runSeed({ ...plan, world, tests, undisturbed: undisturbed.digests });
    print(formatSeed(report));
    rounds.push(report);
    samples.push(await sampleWorld(world));
    // What goes on after a promise was broken says nothing.
    if (report.problems.length > 0) return;
  }
});

const isWhole = rounds.every(({ problems }) => problems.length === 0);
const ran = `${rounds.length} rounds, ${rounds.reduce((sum, { batches }) => sum + batches, 0)} batches`;
print(`\n${formatKinds(byKind(rounds))}\n\n${formatSamples(samples)}\n\n${ran}: ${isWhole ? 'whole' : 'BROKEN'}`);
if (flags.json !== undefined) {
  const report = { machine, minutes, undisturbed, kinds: byKind(rounds), samples, rounds };
  await writeFile(flags.json, `${JSON.stringify(report, null, 2)}\n`);
}
if (isWhole) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
else print(`What was left is in ${folder}`);
process.exitCode = isWhole ? 0 : 1;
