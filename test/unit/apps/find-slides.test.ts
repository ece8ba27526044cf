import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { findSlides, type FoundSlides } from '../../../apps/cli/run/find-slides.ts';
import { parseUrl } from '../../../apps/cli/run/parse-url.ts';
import { createOpenSource } from '../../../slides/open-source.ts';
import { temporaryFolder } from './temporary-folder.ts';

const urlsOf = ({ slides }: FoundSlides): URL[] => slides.flatMap((slide) => ('url' in slide ? [slide.url] : []));
const pathsOf = (found: FoundSlides, folder: string): string[] =>
  urlsOf(found).map((url) => fileURLToPath(url).slice(folder.length + 1));

describe('findSlides', () => {
  it('searches folders to the bottom, sorted, and tells what it skipped', async () => {
    const folder = await temporaryFolder({
      'b.SVS': '',
      'a/Präparat 1 😀.tif': '',
      'a/b/c.tiff': '',
      'notes.txt': '',
      '._b.SVS': '',
      '.hidden/x.svs': '',
    });
    const found = await findSlides(['.'], folder);
    expect(pathsOf(found, folder)).toEqual(['a/Präparat 1 😀.tif', 'a/b/c.tiff', 'b.SVS']);
    expect(found.skipped).toEqual([join(folder, 'notes.txt')]);
    expect(found).toMatchObject({ many: true, bad: [] });
  });

  it('does not take the results of an earlier run for slides', async () => {
    const folder = await temporaryFolder({
      's.svs': '',
      'h2g-results/s/mask.tif': '',
      'h2g-results/s/heatmap.tif': '',
      'h2g-results/s/report.json': '{}',
      'others/mask.tif': '',
    });
    expect(pathsOf(await findSlides([folder], '/'), folder)).toEqual(['others/mask.tif', 's.svs']);
  });

  it('takes each slide once, and a named file whatever its ending', async () => {
    const folder = await temporaryFolder({ 's.svs': '', odd: '' });
    const found = await findSlides(['s.svs', './s.svs', '.', 'odd'], folder);
    expect(pathsOf(found, folder)).toEqual(['s.svs', 'odd']);
  });

  it('goes on after an argument that names nothing', async () => {
    const folder = await temporaryFolder({ 's.svs': '' });
    const found = await findSlides(['gone.svs', 's.svs'], folder);
    expect(pathsOf(found, folder)).toEqual(['s.svs']);
    expect(found.bad).toEqual([{ argument: 'gone.svs', error: expect.objectContaining({ code: 'slide-missing' }) }]);
  });

  it('leaves URLs as they are', async () => {
    const found = await findSlides(['https://host/a%20b.svs?sig=1', 'file:///x/y.svs'], '/');
    expect(urlsOf(found).map(({ href }) => href)).toEqual(['https://host/a%20b.svs?sig=1', 'file:///x/y.svs']);
    expect(found).toMatchObject({ many: false, prefixes: [] });
  });
});

describe('an address of a scheme that is not read', () => {
  it('is told of as an address, not as a missing file', async () => {
    const found = await findSlides(['ftp://x/y.svs'], '/');
    expect(found.bad).toEqual([]);
    const [url = new URL('none:')] = urlsOf(found);
    await expect(createOpenSource()(url)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('ftp://x/y.svs'),
    });
  });
});

describe('parseUrl', () => {
  it.each([
    ['s3://h2g/a/Präparat 1 #2?.svs', 'a/Präparat 1 #2?.svs'],
    ['s3://h2g/a%20b.svs', 'a b.svs'],
    ['s3://h2g/100%.svs', '100%.svs'],
  ])('of %s is the object %j', (text, key) => {
    const url = parseUrl(text);
    expect(url.search + url.hash).toBe('');
    expect(decodeURIComponent(url.pathname.slice(1))).toBe(key);
  });

  it('refuses what is none', () => {
    expect(() => parseUrl('http://')).toThrow(expect.objectContaining({ code: 'usage' }));
  });
});
