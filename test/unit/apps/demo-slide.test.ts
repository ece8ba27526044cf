import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli } from '../../../apps/cli/run-cli.ts';
import { fakeOutput } from './fake-output.ts';
import { temporaryFolder } from './temporary-folder.ts';

const SMALL = ['--width', '300', '--height', '256', '--mpp', '2'];

async function cli(folder: string, args: readonly string[], signal = new AbortController().signal) {
  const output = fakeOutput();
  const exitCode = await runCli({ env: {}, args: ['demo-slide', ...args], folder, output, signal });
  return { exitCode, stdout: output.printed.join('\n'), stderr: output.noted.join('\n') };
}

const linesOf = async (folder: string): Promise<string[]> =>
  (await readFile(join(folder, 'slides.csv'), 'utf8')).trim().split('\r\n');

describe('h2g demo-slide', () => {
  it('paints slides one after another, lists them, and says so as JSON', async () => {
    const folder = await temporaryFolder();
    const { exitCode, stdout } = await cli(folder, ['--out', 'set', '--seed', '4', '--count', '2', ...SMALL, '--json']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      slides: [
        { slide: 'synthetic-4.svs', annotation: 'synthetic-4-mask.tif', split: 'train' },
        { slide: 'synthetic-5.svs', split: 'train' },
      ],
    });
    const files = ['slides.csv', 'synthetic-4-mask.tif', 'synthetic-4.svs', 'synthetic-5-mask.tif', 'synthetic-5.svs'];
    expect((await readdir(join(folder, 'set'))).toSorted()).toEqual(files.toSorted());
    expect((await readFile(join(folder, 'set/synthetic-4.svs'))).toString('latin1')).toContain('|MPP = 2');
  });

  it('keeps the rows and columns that are there, and replaces the row of a seed that is painted again', async () => {
    const folder = await temporaryFolder({
      'slides.csv':
        'slide,annotation,split,grade,note\nother.svs,other.geojson,test,,mine\nsynthetic-4.svs,x,test,9,kept\n',
    });
    await cli(folder, ['--out', '.', '--seed', '4', '--split', 'validation', ...SMALL]);
    const [header, other, replaced, ...more] = await linesOf(folder);
    expect(header).toBe('slide,annotation,split,grade,note');
    expect(other).toBe('other.svs,other.geojson,test,,mine');
    expect(replaced).toMatch(/^synthetic-4\.svs,synthetic-4-mask\.tif,validation,[123],kept$/);
    expect(more).toEqual([]);
  });

  it('refuses a list of another kind before it paints', async () => {
    const folder = await temporaryFolder({ 'slides.csv': 'slide,lane\na.svs,stat\n' });
    const { exitCode, stderr } = await cli(folder, ['--out', '.', ...SMALL]);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('no column "annotation"')]);
    expect(await readdir(folder)).toEqual(['slides.csv']);
  });

  it.each([
    [[], /required option '--out/],
    [['--out', 'x', '--width', '63'], /--width.*whole number from 64 to 100000/],
    [['--out', 'x', '--height', '1e9'], /--height.*whole number from 64 to 100000/],
    [['--out', 'x', '--mpp', '0'], /--mpp.*microns per pixel/],
    [['--out', 'x', '--split', 'both'], /Allowed choices are train, validation, test/],
    [['--out', 'x', '--seed', '2147483647', '--count', '2'], /need seeds over 2147483647/],
  ])('refuses %j', async (args, message) => {
    const folder = await temporaryFolder();
    const { exitCode, stderr } = await cli(folder, args);
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(message)]);
    expect(await readdir(folder)).toEqual([]);
  });

  it('keeps what is listed when it is interrupted, and nothing half-written', async () => {
    const folder = await temporaryFolder({ 'slides.csv': 'slide,annotation,split,grade\na.svs,a.tif,test,1\n' });
    const { exitCode } = await cli(folder, ['--out', '.', ...SMALL], AbortSignal.abort());
    expect(exitCode).toBe(130);
    expect(await readdir(folder)).toEqual(['slides.csv']);
    expect(await readFile(join(folder, 'slides.csv'), 'utf8')).toContain('a.svs,a.tif,test,1');
  });
});
