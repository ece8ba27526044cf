import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { patternImage } from '../fixtures/test-pictures.ts';
import { tiledPage } from '../fixtures/test-slides.ts';
import { writeTestTiff, type TagValue, type TestPage } from '../fixtures/write-test-tiff.ts';
import { h2g } from './h2g.ts';
import { newHome, type Home } from './home.ts';

/** Bad input is told before any server starts: exit code 2, one clear error, nothing half-written. */

const BASELINE = join(import.meta.dirname, '../../models/baseline');
const NAME = 'Präparat 1 🔬.svs';
const TILE = { widthPx: 64, heightPx: 64 };
const aperio = (facts: string): string => `Aperio Image Library v11.2.1\n256x192 (64x64) JPEG/RGB Q=70|${facts}`;
const page = (more: Partial<TestPage> = {}): TestPage =>
  tiledPage(patternImage({ widthPx: 256, heightPx: 192 }), TILE, { description: aperio('MPP = 0.5'), ...more });
const tiff = (more: Partial<TestPage> = {}): Uint8Array => writeTestTiff([page(more)]);
const long = (...values: number[]): TagValue => ({ type: 'long', values });
const perCm = (um: number): TagValue => ({ type: 'rational', values: [[Math.round(1e7 / um), 1000]] });

/** 10^6 by 10^6 pixels in a header, with nothing behind it. */
const hugeHeader = (): Uint8Array => tiff({ tags: { 256: long(1_000_000), 257: long(1_000_000) } });

/** The first directory's link to the next one points back at itself. */
function loopOfDirectories(): Uint8Array {
  const bytes = Buffer.from(tiff());
  const directory = bytes.readUInt32LE(4);
  bytes.writeUInt32LE(directory, directory + 2 + bytes.readUInt16LE(directory) * 12);
  return bytes;
}

const png = async (): Promise<Uint8Array> =>
  sharp({ create: { width: 9, height: 9, channels: 3, background: 'red' } })
    .png()
    .toBuffer();

interface Bad {
  readonly content: () => Uint8Array | Promise<Uint8Array>;
  readonly code: string;
  readonly says: RegExp;
}

const BAD_SLIDES: Readonly<Record<string, Bad>> = {
  'an empty file': { content: () => new Uint8Array(), code: 'slide-unreadable', says: /empty/ },
  'a PNG': { content: png, code: 'slide-unsupported', says: /PNG/ },
  'a truncated slide': {
    content: () => tiff().subarray(0, 5000),
    code: 'slide-truncated',
    says: /Präparat 1 🔬\.svs/,
  },
  'tile offsets past the end': {
    content: () => tiff({ tags: { 324: long(...Array.from({ length: 12 }, (_, i) => 1e8 + i * 1000)) } }),
    code: 'slide-truncated',
    says: /1000/,
  },
  'a loop of directories': { content: loopOfDirectories, code: 'slide-unreadable', says: /loop|again|twice/ },
  'a header of 10^6 x 10^6 pixels': { content: hugeHeader, code: 'slide-', says: /1000000|1,000,000/ },
  'no scale': { content: () => tiff({ description: 'a scan' }), code: 'scale-missing', says: /does not say/ },
  'pixels that are not square': {
    content: () =>
      tiff({ description: 'a scan', tags: { 282: perCm(0.4), 283: perCm(0.5), 296: { type: 'short', values: [3] } } }),
    code: 'scale-implausible',
    says: /0\.4 um.*0\.5 um/,
  },
  'an impossible scale': {
    content: () => tiff({ description: aperio('MPP = 50') }),
    code: 'scale-implausible',
    says: /50/,
  },
  'a scale of zero beside a magnification': {
    content: () => tiff({ description: aperio('AppMag = 20|MPP = 0.0000') }),
    code: 'scale-implausible',
    says: /says 0 um\/px/,
  },
  'a slide that is too coarse': {
    content: () => tiff({ description: aperio('MPP = 4') }),
    code: 'slide-unsupported',
    says: /4 um\/px/,
  },
};

describe('bad input', () => {
  let home: Home;
  const run = (...args: string[]) =>
    h2g(['run', ...args, '--out', home.path('out'), '--json'], { ...home.env, H2G_LAUNCHED_AS: 'h2g' });

  beforeAll(async () => {
    home = await newHome();
  });
  afterAll(() => home[Symbol.asyncDispose]());

  const expectNothingDone = (): void => {
    expect(existsSync(home.env['H2G_HOME'] ?? '')).toBe(false);
    expect(existsSync(home.path('out'))).toBe(false);
  };

  it.each(Object.entries(BAD_SLIDES))('%s is refused', async (_, { content, code, says }) => {
    const slide = home.path(NAME);
    await writeFile(slide, await content());
    const answer = await run(slide);
    const { error } = answer.json() as { error: { code: string; message: string; hint: string } };
    expect(answer.exitCode, answer.stderr).toBe(2);
    expect(error.code).toMatch(new RegExp(`^${code}`));
    expect(error.message).toMatch(says);
    expect(error.hint).toMatch(/\w{3}/);
    expect(answer.stderr).toContain(`error: ${error.message}`);
    expect(answer.stderr).not.toMatch(/^\s+at /m);
    expectNothingDone();
  });

  it('a missing file is named as it was typed', async () => {
    const answer = await run('no/such slide.svs');
    expect(answer.exitCode).toBe(2);
    expect(answer.json()).toMatchObject({ error: { code: 'slide-missing' } });
    expect(answer.stderr).toContain('no/such slide.svs');
    expectNothingDone();
  });

  it('a folder without slides says which endings are looked for', async () => {
    await mkdir(home.path('empty folder'), { recursive: true });
    await writeFile(home.path('empty folder', 'notes.txt'), 'x');
    const answer = await run(home.path('empty folder'));
    expect(answer.exitCode).toBe(2);
    expect(answer.json()).toMatchObject({ error: { code: 'usage', hint: expect.stringContaining('.svs') } });
    expectNothingDone();
  });

  it('of several bad slides each gets its own answer', async () => {
    await writeFile(home.path('one.svs'), new Uint8Array());
    const answer = await run(home.path('one.svs'), 'two.svs');
    expect(answer.exitCode).toBe(2);
    expect(answer.json()).toEqual({
      runs: [
        { slide: 'two.svs', error: expect.objectContaining({ code: 'slide-missing' }) },
        { slide: 'one.svs', error: expect.objectContaining({ code: 'slide-unreadable' }) },
      ],
    });
    expectNothingDone();
  });

  it('a place where results cannot be written is told of before the work', async () => {
    const slide = home.path('good.svs');
    await writeFile(slide, tiff());
    const answer = await h2g(['run', slide, '--out', `${slide}/out`, '--json'], home.env);
    expect(answer.exitCode).toBe(2);
    expect(answer.json()).toMatchObject({
      error: { code: 'usage', message: expect.stringContaining('cannot be written') },
    });
    expectNothingDone();
  });

  it('a server that does not answer is told of by its address', async () => {
    const answer = await run('http://127.0.0.1:9/slide.svs');
    expect(answer.exitCode).toBe(3);
    expect(answer.stderr).toContain('http://127.0.0.1:9/slide.svs');
    expectNothingDone();
  });

  it('half a configuration is refused with the names of what is missing', async () => {
    await writeFile(home.path('good.svs'), tiff());
    const args = ['run', home.path('good.svs'), '--json'];
    const answer = await h2g(args, { ...home.env, H2G_NATS_URL: 'nats://127.0.0.1:4222' });
    expect(answer.exitCode).toBe(2);
    expect(answer.stderr).toContain('H2G_TEMPORAL_ADDRESS');
    expectNothingDone();
  });

  describe('bundles', () => {
    const withBundle = async (change: (dir: string) => Promise<void>): Promise<string> => {
      const dir = home.path('a bundle');
      await cp(BASELINE, dir, { recursive: true, force: true });
      await change(dir);
      return dir;
    };

    it('a missing one is refused before the slide is touched', async () => {
      await writeFile(home.path('good.svs'), tiff());
      const answer = await run(home.path('good.svs'), '--bundle', home.path('no bundle'));
      expect(answer.exitCode).toBe(2);
      expect(answer.json()).toMatchObject({ error: { code: 'bundle-missing' } });
      expectNothingDone();
    });

    it('one whose file is not the one that was meant is refused', async () => {
      await writeFile(home.path('good.svs'), tiff());
      const dir = await withBundle((bundle) => writeFile(join(bundle, 'detection.onnx'), 'something else'));
      const answer = await run(home.path('good.svs'), '--bundle', dir);
      expect(answer.exitCode).toBe(2);
      expect(answer.json()).toMatchObject({
        error: { code: 'bundle-invalid', message: expect.stringContaining('SHA-256') },
      });
      expectNothingDone();
    });

    it('h2g bundle check tells everything that is wrong', async () => {
      const dir = await withBundle(async (bundle) => {
        const path = join(bundle, 'bundle.json');
        const text = await readFile(path, 'utf8');
        await writeFile(path, text.replace(/"name":\s*"[^"]+"/, '"name": "no_such_input"'));
      });
      const answer = await h2g(['bundle', 'check', dir], home.env);
      expect(answer.exitCode).toBe(2);
      expect(answer.stdout).toContain('NOT SOUND');
      expect(answer.stdout).toContain('no_such_input');
    });

    it('h2g bundle check finds the baseline sound', async () => {
      const answer = await h2g(['bundle', 'check', BASELINE], home.env);
      expect(answer.stdout).toContain('sound');
      expect(answer.stdout).toMatch(/In the queue and in metrics it is baseline-\d+_\d+_\d+-[0-9a-f]{8}\./);
      expect(answer.exitCode).toBe(0);
    });
  });
});
