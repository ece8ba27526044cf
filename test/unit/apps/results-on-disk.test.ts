import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chooseFolder } from '../../../apps/cli/run/choose-folder.ts';
import { downloadResults } from '../../../apps/cli/run/download-results.ts';
import { FolderNames } from '../../../apps/cli/run/name-result-folder.ts';
import { publishFolder } from '../../../apps/cli/run/publish-folder.ts';
import { RESULT_FILES, runPrefix } from '../../../domain/keys.ts';
import type { Report } from '../../../domain/report.ts';
import { memoryStore } from './memory-store.ts';
import { RUN_ID, sampleReport } from './sample-report.ts';
import { temporaryFolder } from './temporary-folder.ts';

const signal = new AbortController().signal;

function storedRun(report: Report, { without = [] as string[] } = {}): Record<string, string> {
  const files = Object.values(RESULT_FILES).filter((file) => !without.includes(file));
  return Object.fromEntries(
    files.map((file) => [`${runPrefix(RUN_ID)}${file}`, file === RESULT_FILES.report ? JSON.stringify(report) : file]),
  );
}

describe('downloadResults', () => {
  it('fetches the files that people open, and nothing else that lies there', async () => {
    const into = join(await temporaryFolder(), 'new');
    const objects = {
      ...storedRun(sampleReport()),
      [`${runPrefix(RUN_ID)}../../evil`]: 'x',
      [`${runPrefix(RUN_ID)}plan.json`]: '{}',
    };
    const report = await downloadResults({ store: memoryStore(objects), runId: RUN_ID, into, signal });
    expect(report).toEqual(sampleReport());
    expect((await readdir(into)).toSorted()).toEqual(Object.values(RESULT_FILES).toSorted());
  });

  it.each([
    ['a finished run without its mask', storedRun(sampleReport(), { without: ['mask.tif'] }), 'object-missing'],
    [
      'a report of another kind',
      { ...storedRun(sampleReport()), [`${runPrefix(RUN_ID)}report.json`]: '{}' },
      'internal',
    ],
    ['a run without a report', storedRun(sampleReport(), { without: ['report.json'] }), 'object-missing'],
  ])('leaves nothing behind of %s', async (_, objects, code) => {
    const into = join(await temporaryFolder(), 'new');
    const download = downloadResults({ store: memoryStore(objects), runId: RUN_ID, into, signal });
    await expect(download).rejects.toMatchObject({ code });
    expect(existsSync(into)).toBe(false);
  });

  it('notices results that are replaced meanwhile', async () => {
    const into = join(await temporaryFolder(), 'new');
    const objects = storedRun(sampleReport());
    const store = memoryStore(objects);
    const replacing = {
      ...store,
      get: (key: string) => {
        objects[`${runPrefix(RUN_ID)}mask.tif`] = 'MASK.TIF';
        return store.get(key);
      },
    };
    const download = downloadResults({ store: replacing, runId: RUN_ID, into, signal });
    await expect(download).rejects.toMatchObject({ code: 'object-changed' });
    expect(existsSync(into)).toBe(false);
  });

  it('says where it could not write', async () => {
    const folder = await temporaryFolder({ file: '' });
    const into = join(folder, 'file', 'new');
    const download = downloadResults({ store: memoryStore(storedRun(sampleReport())), runId: RUN_ID, into, signal });
    await expect(download).rejects.toMatchObject({ code: 'usage', message: expect.stringContaining(into) });
  });

  it('a slide without tissue needs only its report', async () => {
    const into = join(await temporaryFolder(), 'new');
    const report = sampleReport({ outcome: 'no-tissue' });
    const objects = { [`${runPrefix(RUN_ID)}report.json`]: JSON.stringify(report) };
    expect(await downloadResults({ store: memoryStore(objects), runId: RUN_ID, into, signal })).toEqual(report);
  });
});

describe('chooseFolder', () => {
  const choose = async (files: Record<string, string>, names = new FolderNames()) => {
    const out = await temporaryFolder(files);
    const { path, note } = await chooseFolder(out, names, sampleReport());
    return { name: path.slice(out.length + 1), note };
  };

  it('is named after the slide', async () => {
    expect(await choose({})).toEqual({ name: 'Präparat 1', note: undefined });
  });

  it('replaces older results of the same slide, also those of another bundle', async () => {
    const older = JSON.stringify(sampleReport({ runId: 'another' }));
    expect((await choose({ 'Präparat 1/report.json': older })).name).toBe('Präparat 1');
  });

  it('goes on where a kill left our files half exchanged, for the same slide only', async () => {
    const half = (report: Report) =>
      choose({ 'Präparat 1/mask.tif': 'new', 'Präparat 1/.h2g-report.json': JSON.stringify(report) });
    expect((await half(sampleReport())).name).toBe('Präparat 1');
    const other = sampleReport({ provenance: { ...sampleReport().provenance, slide: 'slide-b' } });
    expect((await half(other)).name).toBe('Präparat 1-01234567');
  });

  it.each([
    [
      'results of another slide of this name',
      JSON.stringify(sampleReport({ provenance: { ...sampleReport().provenance, slide: 'slide-b' } })),
    ],
    ['a report that is not ours', '{"hello": 1}'],
  ])('lets %s lie, and says so', async (_, older) => {
    const { name, note } = await choose({ 'Präparat 1/report.json': older });
    expect(name).toBe('Präparat 1-01234567');
    expect(note).toContain('another slide');
  });

  it('two slides of one name in one command do not meet', async () => {
    const names = new FolderNames();
    names.take('Präparat 1', 'another run');
    expect((await choose({}, names)).name).toBe('Präparat 1-01234567');
  });
});

describe('publishFolder', () => {
  it('a new folder appears whole', async () => {
    const out = await temporaryFolder({ 'tmp/report.json': 'new', 'tmp/mask.tif': 'new' });
    await publishFolder(join(out, 'tmp'), join(out, 'deep/er/slide'));
    expect((await readdir(join(out, 'deep/er/slide'))).toSorted()).toEqual(['mask.tif', 'report.json']);
    expect(existsSync(join(out, 'tmp'))).toBe(false);
  });

  it('exchanges our files, takes away those that are no longer ours to give, and leaves what a person laid there', async () => {
    const out = await temporaryFolder({
      'tmp/report.json': 'new',
      'tmp/heatmap.png': 'new',
      'slide/report.json': 'old',
      'slide/mask.tif': 'old',
      'slide/my notes.txt': 'mine',
    });
    await publishFolder(join(out, 'tmp'), join(out, 'slide'));
    expect((await readdir(join(out, 'slide'))).toSorted()).toEqual(['heatmap.png', 'my notes.txt', 'report.json']);
    expect(await readFile(join(out, 'slide/report.json'), 'utf8')).toBe('new');
  });

  it('stopped in the middle, it leaves word of whose the files are', async () => {
    const out = await temporaryFolder({
      'tmp/report.json': JSON.stringify(sampleReport()),
      'tmp/heatmap.tif': 'new',
      'tmp/mask.tif': 'new',
      // A folder in the place of a file: here the exchange breaks off.
      'Präparat 1/mask.tif/x': '',
    });
    const path = join(out, 'Präparat 1');
    await expect(publishFolder(join(out, 'tmp'), path)).rejects.toThrow();
    expect(await readdir(path)).not.toContain('report.json');
    expect((await chooseFolder(out, new FolderNames(), sampleReport())).path).toBe(path);
  });

  it('where a file lies in the way it says so and leaves nothing', async () => {
    const out = await temporaryFolder({ 'tmp/report.json': 'new', slide: 'a file' });
    await expect(publishFolder(join(out, 'tmp'), join(out, 'slide'))).rejects.toMatchObject({ code: 'usage' });
    expect(await readdir(out)).toEqual(['slide']);
  });
});
