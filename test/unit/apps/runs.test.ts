import { userInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import { optionsOf } from '../../../apps/cli/commands/run-command.ts';
import { parseSubmitter } from '../../../apps/cli/parse-flag.ts';
import { bundleOf } from '../../../apps/cli/run/bundle-of.ts';
import { submitterOf } from '../../../apps/cli/run/submitter.ts';
import { describeProvisioning } from '../../../apps/cli/stack/show-provisioning.ts';
import { runAsJson, runLines, runTable } from '../../../apps/cli/runs/describe-run.ts';
import { findRun } from '../../../apps/cli/runs/find-run.ts';
import { DEFAULT_OPTIONS } from '../../../domain/run-spec.ts';
import { H2gError } from '../../../domain/error.ts';
import { baselineBundleDir } from '../../../models/shipped-bundles.ts';
import type { RunProgress } from '../../../platform/run-client.ts';

const run = (more: Partial<RunProgress> = {}): RunProgress => ({
  runId: 'abcdef0123456789abcd',
  slideName: 'Präparat 1.svs',
  lane: 'stat',
  state: { kind: 'running', stage: 'detecting', paused: false },
  cells: { done: 3, total: 9, failed: 0 },
  startedAt: new Date(2026, 2, 1, 14, 5, 0),
  closedAt: undefined,
  ...more,
});
const NOW = new Date(2026, 2, 1, 14, 6, 30);

const listOf = (...runs: RunProgress[]) => ({
  list: async () => runs,
  progress: async (runId: string) => {
    const found = runs.find((candidate) => candidate.runId === runId);
    if (found === undefined) throw new H2gError({ code: 'run-missing', message: runId, hint: 'h' });
    return found;
  },
});

describe('findRun', () => {
  const other = run({ runId: 'abcd0000000000000000', slideName: 'other.svs' });

  it('takes the beginning of an id, the whole of it, or the name of its workflow', async () => {
    const runs = listOf(run(), other);
    for (const text of ['abcde', 'ABCDE', 'abcdef0123456789abcd', 'run/abcdef0123456789abcd'])
      expect((await findRun(runs, text)).slideName).toBe('Präparat 1.svs');
  });

  it('asks for more where several begin so', async () => {
    await expect(findRun(listOf(run(), other), 'abcd')).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(/2 runs.*other\.svs/),
    });
  });

  it('is one run also where it was run twice', async () => {
    expect((await findRun(listOf(run(), run()), 'abc')).runId).toBe(run().runId);
  });

  it.each(['', 'ff'])('says that none begins with %j', async (text) => {
    await expect(findRun(listOf(run()), text)).rejects.toMatchObject({ code: 'run-missing' });
  });
});

describe('the table of runs', () => {
  it('has a line a run, columns in line', () => {
    const failed = run({
      state: { kind: 'failed', error: { code: 'disk-full', message: 'No room.', hint: 'Free some.' } },
      lane: 'routine',
      submitter: 'frozen',
      closedAt: new Date(2026, 2, 1, 14, 5, 4),
    });
    expect(runTable([run({ etaSeconds: 6 }), failed], NOW)).toEqual([
      'RUN           STARTED           TIME        LEFT   LANE     SUBMITTER  STATE                             SLIDE',
      'abcdef012345  2026-03-01 14:05  1 min 30 s  6.0 s  stat                detecting, 3 of 9 cells (33.3 %)  Präparat 1.svs',
      'abcdef012345  2026-03-01 14:05  4.0 s              routine  frozen     failed: No room.                  Präparat 1.svs',
    ]);
  });

  it('tells what to do about a failed run', () => {
    const error = { code: 'disk-full', message: 'No room.', hint: 'Free some.' } as const;
    expect(runLines(run({ state: { kind: 'failed', error } }), NOW).join('\n')).toMatch(
      /failed: No room\.[\s\S]*Free some\./,
    );
  });

  it('as JSON has its times in ISO form', () => {
    expect(runAsJson(run())).toMatchObject({
      startedAt: run().startedAt.toISOString(),
      closedAt: null,
      lane: 'stat',
      etaSeconds: null,
    });
  });
});

describe('the options of a run', () => {
  const flags = {
    out: 'o',
    tissue: 'distance',
    placement: 'exact',
    minCoverage: 0.99,
    lane: 'routine',
    parallel: 4,
  } as const;

  it('are the defaults where nothing is said, so that the run is the same run', () => {
    expect(optionsOf(flags)).toEqual(DEFAULT_OPTIONS);
  });

  it('take what is said', () => {
    const said = {
      mpp: 0.25,
      smoothOutlines: true,
      tissue: 'otsu',
      placement: 'fast-compat',
      minCoverage: 0.5,
    } as const;
    expect(optionsOf({ ...flags, ...said })).toEqual(said);
  });
});

it("the bundle is the one that the command names, else the site's, else our own", () => {
  expect(bundleOf('./mine', { H2G_BUNDLE: 's3://h2g/bundles/site/' })).toBe('./mine');
  expect(bundleOf(undefined, { H2G_BUNDLE: 's3://h2g/bundles/site/' })).toBe('s3://h2g/bundles/site/');
  expect(bundleOf(undefined, {})).toBe(baselineBundleDir());
});

describe('the submitter', () => {
  it('is whom the command names, else the settings, else who is logged in', () => {
    expect(submitterOf('lab', { H2G_SUBMITTER: 'site' })).toBe('lab');
    expect(submitterOf(undefined, { H2G_SUBMITTER: 'site' })).toBe('site');
    expect(submitterOf(undefined, {})).toBe(userInfo().username);
  });

  it('is a short name', () => {
    expect(parseSubmitter('Pathologie Süd')).toBe('Pathologie Süd');
    for (const text of ['', 'a\nb', 'x'.repeat(65)]) expect(() => parseSubmitter(text)).toThrow(/1 to 64 bytes/);
  });
});

describe('what is said while servers are got', () => {
  const base = { server: 'nats', detail: 'from github.com', seconds: 35 } as const;

  it.each([
    [
      { ...base, phase: 'downloading', doneBytes: 5e6, totalBytes: 2e7 },
      'downloading',
      '5.0 MB of 20.0 MB, from github.com',
    ],
    [{ ...base, phase: 'building' }, 'building, which takes minutes', '35 s, from github.com'],
    [{ ...base, phase: 'ready' }, 'ready', 'after 35 s'],
  ] as const)('%j', (progress, doing, detail) => {
    expect(describeProvisioning(progress)).toEqual({ kind: 'preparing', doing, detail });
  });

  it('is nothing for a server that is simply there', () => {
    expect(describeProvisioning({ ...base, phase: 'found' })).toBeUndefined();
    expect(describeProvisioning({ ...base, phase: 'ready', seconds: 0.1 })).toBeUndefined();
  });
});
