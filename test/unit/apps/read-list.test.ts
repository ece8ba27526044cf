import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { considerSlide } from '../../../apps/cli/run/candidate.ts';
import { findSlides } from '../../../apps/cli/run/find-slides.ts';
import type { DetectionStage } from '../../../domain/bundle.ts';
import { DEFAULT_OPTIONS } from '../../../domain/run-spec.ts';
import { createOpenSource } from '../../../slides/open-source.ts';
import { temporaryFolder } from './temporary-folder.ts';

async function listOf(text: string, files: Record<string, string> = { 'scans/a.svs': '' }) {
  const folder = await temporaryFolder({ ...files, 'lists/list.csv': text });
  const found = await findSlides([join(folder, 'lists/list.csv')], '/');
  return {
    ...found,
    paths: found.slides.map((slide) =>
      'url' in slide && slide.url.protocol === 'file:' ? fileURLToPath(slide.url).slice(folder.length) : undefined,
    ),
    errors: found.slides.map((slide) =>
      'error' in slide && slide.error instanceof Error ? slide.error.message : undefined,
    ),
  };
}

describe('a list.csv', () => {
  it('names slides from its own folder, with scale, lane and columns of its own', async () => {
    const { slides, paths, many } = await listOf(
      'Slide,case,MPP,Lane\n../scans/a.svs,P-1,0.25,STAT\ns3://h2g/x y.svs,,,\n../scans/a.svs,P-2,,\n',
    );
    expect(many).toBe(true);
    expect(paths).toEqual(['/scans/a.svs', undefined, '/scans/a.svs']);
    expect(slides).toMatchObject([
      { asked: '../scans/a.svs', mpp: 0.25, lane: 'stat', columns: { case: 'P-1', mpp: '0.25', lane: 'STAT' } },
      { asked: 's3://h2g/x y.svs', url: expect.objectContaining({ protocol: 's3:' }) },
      { columns: { case: 'P-2' } },
    ]);
  });

  it('has errors of single lines, with their numbers, and goes on', async () => {
    const { errors, slides } = await listOf(
      [
        'slide,mpp,lane,case',
        '../scans/a.svs,,,1',
        '../scans/gone.svs,,,2',
        '../scans/a.svs,9,,3',
        '../scans/a.svs,,express,4',
        ',,,5',
        '../scans,,,6',
        's3://h2g/folder/,,,7',
        '../scans/a.svs,,,8,9',
        '../scans/a.svs,,,"10',
      ].join('\n'),
    );
    expect(errors).toEqual([
      undefined,
      expect.stringMatching(/^list\.csv, line 3: there is no file \.\.\/scans\/gone\.svs/),
      expect.stringMatching(/^list\.csv, line 4: mpp "9" is not .* from 0\.05 to 5\.$/),
      'list.csv, line 5: lane "express" is none of stat, routine, research.',
      'list.csv, line 6: it names no slide.',
      expect.stringMatching(/^list\.csv, line 7: \.\.\/scans is a folder/),
      expect.stringMatching(/^list\.csv, line 8: s3:\/\/h2g\/folder\/ is a prefix/),
      'list.csv, line 9: it has 5 fields, but the header has 4.',
      'list.csv, line 10: a quote is not closed, so nothing from here on can be read.',
    ]);
    expect(slides[1]).toMatchObject({ asked: '../scans/gone.svs', columns: { case: '2' } });
  });

  it.each([
    ['', /no column "slide"/],
    ['file,mpp\na.svs,\n', /no column "slide"/],
    ['slide,case,case\na.svs,1,2\n', /two of its columns are called "case"/],
    ['slide,mpp\n', /lists\/list\.csv cannot be used: it has no slide/],
    ['slide\n\n\n', /it has no slide/],
  ])('that reads %j is refused as a whole', async (text, message) => {
    const { bad, slides } = await listOf(text);
    expect(slides).toEqual([]);
    expect(bad).toEqual([{ argument: expect.any(String), error: expect.objectContaining({ code: 'usage' }) }]);
    expect(String(bad[0]?.error)).toMatch(message);
  });

  it('that is not UTF-8 is refused', async () => {
    const folder = await temporaryFolder({});
    await writeFile(join(folder, 'list.csv'), Buffer.from([0x73, 0x6c, 0xe4, 0x0a]));
    const { bad } = await findSlides(['list.csv'], folder);
    expect(String(bad[0]?.error)).toMatch(/it is not UTF-8/);
  });
});

describe('a slide of a list that is no slide', () => {
  it('is refused with its line, and named by itself without one', async () => {
    const folder = await temporaryFolder({ 'broken.svs': 'no slide', 'list.csv': 'slide\nbroken.svs\n' });
    const inspection = {
      openSource: createOpenSource(),
      options: DEFAULT_OPTIONS,
      // It is refused before anybody asks for a level.
      detection: {} as unknown as DetectionStage,
      signal: new AbortController().signal,
    };
    const messageOf = async (argument: string): Promise<unknown> => {
      const [slide] = (await findSlides([argument], folder)).slides;
      const candidate = slide === undefined ? undefined : await considerSlide(slide, inspection);
      return candidate?.kind === 'refused' ? candidate.error : undefined;
    };
    const alone = await messageOf('broken.svs');
    const listed = await messageOf('list.csv');
    expect(alone).toMatchObject({ code: 'slide-unreadable' });
    expect(listed).toMatchObject({
      code: 'slide-unreadable',
      message: `list.csv, line 2: ${(alone as Error).message}`,
    });
  });
});

describe('an s3 prefix', () => {
  it('ends with a slash; its slides are for the store to tell', async () => {
    const found = await findSlides(['s3://h2g/incoming/', 's3://h2g/a.svs'], '/');
    expect(found.prefixes.map(({ href }) => href)).toEqual(['s3://h2g/incoming/']);
    expect(found.slides).toHaveLength(1);
    expect(found.many).toBe(true);
  });
});
