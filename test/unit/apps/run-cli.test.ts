import { describe, expect, it } from 'vitest';
import { runCli, wantsJson } from '../../../apps/cli/run-cli.ts';
import { fakeOutput } from './fake-output.ts';

async function cli(args: readonly string[]) {
  const output = fakeOutput();
  const exitCode = await runCli({ env: {}, args, folder: '/', output, signal: new AbortController().signal });
  return { exitCode, stdout: output.printed.join('\n'), stderr: output.noted.join('\n') };
}

describe('h2g', () => {
  it('prints its version', async () => {
    expect(await cli(['--version'])).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+$/) });
  });

  it.each([[], ['run'], ['set-lane'], ['bundle', 'check']])('explains %j with examples', async (...command) => {
    const { exitCode, stdout } = await cli([...command, '--help']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`Usage: h2g ${command.join(' ')}`.trim());
    expect(stdout).toMatch(/Examples:|h2g demo/);
  });

  it.each([
    [['--bogus'], /unknown option '--bogus'/],
    [['frobnicate'], /unknown command 'frobnicate'/],
    [['run'], /missing required argument 'slides'/],
    [['run', 'a.svs', '--tissue', 'magic'], /Allowed choices are distance, otsu/],
    [['run', 'a.svs', '--lane', 'express'], /Allowed choices are stat, routine, research/],
    [['run', 'a.svs', '--mpp', '0'], /microns per pixel/],
    [['run', 'a.svs', '--mpp', ''], /microns per pixel/],
    [['run', 'a.svs', '--mpp', '0.049'], /--mpp.*microns per pixel, a number from 0\.05 to 5/],
    [['run', 'a.svs', '--mpp', '25'], /--mpp.*microns per pixel, a number from 0\.05 to 5/],
    [['run', 'a.svs', '--parallel', '1.5'], /whole number from 1 to 256/],
    [['set-lane', 'abc', 'express'], /Allowed choices are stat, routine, research/],
    [['status', 'abc', 'def'], /too many arguments/],
    [['results', 'abc'], /required option '--out/],
    [['worker', 'manager'], /Allowed choices are orchestrator, detector/],
  ])('refuses %j with exit code 2, what is wrong and what to do', async (args, message) => {
    const { exitCode, stdout, stderr } = await cli(args);
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(message);
    expect(stderr.match(/^error: /gm)).toHaveLength(1);
    expect(stderr).toMatch(/h2g .*--help/);
  });

  it.each([
    [['run', 's3://b/x/', '--watch', '--out', 'here'], /--out and --watch do not go together/],
    [['run', 's3://b/x/', '--watch', '--again'], /--again and --watch do not go together/],
    [['run', 'a.svs', '--every', '5'], /--every does nothing without --watch/],
    [['cohort', 'export', 'abc', '--out', '/'], /\/ is a folder, and --out is the file/],
    [['cohort', 'export', 'abc', '--out', 'new/'], /new\/ is a folder[^]*--out new\/export\.csv/],
  ])('refuses %j, which would do nothing or not what was meant', async (args, message) => {
    const { exitCode, stderr } = await cli([...args, '--json']);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(message);
  });

  it('answers a command line that it cannot parse as JSON all the same', async () => {
    const { exitCode, stdout } = await cli(['run', '--json']);
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toEqual({
      error: { code: 'usage', message: expect.stringContaining('slides'), hint: expect.stringContaining('--help') },
    });
  });

  it('without a command shows help and says so', async () => {
    const { exitCode, stderr } = await cli([]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('Usage: h2g');
    expect(stderr).toContain('No command was given.');
  });
});

describe('wantsJson', () => {
  it.each([
    [['run', 'a', '--json'], true],
    [['run', 'a'], false],
    [['run', '--', '--json'], false],
  ])('of %j is %s', (args, wants) => {
    expect(wantsJson(args)).toBe(wants);
  });
});
