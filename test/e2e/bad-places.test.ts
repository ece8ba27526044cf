import { existsSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, type TestContext } from 'vitest';
import { freePorts } from '../../infra/local/free-ports.ts';
import { RESULT_FILES } from '../../domain/keys.ts';
import type { S3Settings } from '../../platform/server-settings.ts';
import { paintSyntheticSlide } from '../../slides/synthetic/paint-synthetic-slide.ts';
import { h2g, resultBytes, type H2gAnswer } from './h2g.ts';
import { newHome, type Home } from './home.ts';
import { eventually } from './mid-run.ts';
import { expectNothingIn, expectRefusal } from './refusal.ts';
import { mountTinyDisk, type TinyDisk } from './tiny-disk.ts';

const KB = 1024;
const MB = 1024 * KB;
const BASELINE = new URL('../../models/baseline', import.meta.url).pathname;
const ALL_FILES = Object.values(RESULT_FILES).toSorted();

interface Addresses {
  readonly temporal: string;
  readonly temporalUi: string;
  readonly nats: string;
  readonly s3: S3Settings;
}

/** A good slide on a machine where something around it is wrong. */
describe('bad places', () => {
  let home: Home;
  let slide: string;
  const cli = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<H2gAnswer> =>
    h2g(args, { ...home.env, H2G_LAUNCHED_AS: 'h2g', ...env });
  const run = (out: string, env?: Readonly<Record<string, string>>): Promise<H2gAnswer> =>
    cli(['run', slide, '--out', out, '--json'], env);
  const up = async (): Promise<Addresses> => {
    const answer = await cli(['up', '--json']);
    expect(answer.exitCode, answer.stderr).toBe(0);
    return (answer.json() as { addresses: Addresses }).addresses;
  };

  beforeAll(async () => {
    home = await newHome({ H2G_LOCAL_STORE: 'versitygw' });
    slide = home.path('good.svs');
    await paintSyntheticSlide({ path: slide, widthPx: 2048, heightPx: 1600, mpp: 0.5, seed: 3 });
    await up();
    expect((await run(home.path('elsewhere'))).exitCode).toBe(0);
  });
  afterAll(() => home?.[Symbol.asyncDispose]());

  describe('a full disk (skipped where this account may not mount one)', () => {
    it('under the results: said with the place, nothing half-written, and nothing is computed twice', async (test) => {
      const disk = await tinyDisk(test, 64 * KB);
      const out = `${disk.folder}/out`;
      const command = ['run', slide, '--tissue', 'otsu', '--json', '--out'];
      const says = /^The disk is full/;
      const { message, hint } = expectRefusal(await cli([...command, out]), { exitCode: 3, code: 'disk-full', says });
      expect(message).toContain(out);
      expect(hint).toContain('--out');
      await expectNothingIn(out);
      const again = await cli([...command, home.path('roomy')]);
      expect(again.exitCode, again.stderr).toBe(0);
      expect(again.stderr).toContain('finished already');
      expect((await readdir(home.path('roomy', 'good'))).toSorted()).toEqual(ALL_FILES);
    });

    it('under earlier results: they stay as they were', async (test) => {
      const disk = await tinyDisk(test, 8 * MB);
      expect((await run(`${disk.folder}/out`)).exitCode).toBe(0);
      const before = await resultBytes(`${disk.folder}/out/good`);
      await disk.fillUpTo(16 * KB);
      expectRefusal(await run(`${disk.folder}/out`), { exitCode: 3, code: 'disk-full', says: /^The disk is full/ });
      expect(await readdir(`${disk.folder}/out`)).toEqual(['good']);
      expect((await readdir(`${disk.folder}/out/good`)).toSorted()).toEqual(ALL_FILES);
      expect(await resultBytes(`${disk.folder}/out/good`)).toEqual(before);
    });

    it('under the servers: said before any starts', async (test) => {
      const disk = await tinyDisk(test, 512 * KB);
      const answer = await run(home.path('no out'), { H2G_HOME: `${disk.folder}/home` });
      const { hint } = expectRefusal(answer, { exitCode: 3, code: 'disk-full', says: /no space left to write / });
      expect(hint).toContain('H2G_HOME');
      await expectNothingIn(home.path('no out'));
    });

    it('under the servers in mid-run: the run fails, and with room again it goes on to the same bytes', async (test) => {
      const disk = await tinyDisk(test, 64 * MB);
      const env = { H2G_HOME: `${disk.folder}/home`, H2G_LOCAL_STORE: 'minio' };
      test.onTestFinished(async () => void (await cli(['down'], env)));
      expect((await cli(['up'], env)).exitCode).toBe(0);
      await disk.fillUpTo(640 * KB);
      const answer = await run(home.path('mid-run out'), env);
      expectRefusal(answer, { exitCode: 3, code: 'disk-full', says: /no room left|disk is full|no space left/ });
      await expectNothingIn(home.path('mid-run out'));
      await disk.empty();
      // MinIO looks at its disk once in a while only, and refuses until then.
      const goneOn = await eventually('a run with room again', async () => {
        const next = await run(home.path('mid-run out'), env);
        return next.stderr.includes('no room left') ? undefined : next;
      });
      expect(goneOn.exitCode, goneOn.stderr).toBe(0);
      expect(await resultBytes(home.path('mid-run out', 'good'))).toEqual(
        await resultBytes(home.path('elsewhere', 'good')),
      );
    });
  });

  it('ports that others took meanwhile: the servers choose new ones, and nothing stored is lost', async () => {
    const before = await up();
    expect((await cli(['down'])).exitCode).toBe(0);
    const urls = [`http://${before.temporal}`, before.temporalUi, before.nats, before.s3.endpoint];
    const takers = await Promise.all(urls.map((url) => listen(Number(new URL(url).port))));
    try {
      const answer = await run(home.path('other ports'));
      expect(answer.exitCode, answer.stderr).toBe(0);
      expect(answer.stderr).toContain('finished already');
      expect(await resultBytes(home.path('other ports', 'good'))).toEqual(
        await resultBytes(home.path('elsewhere', 'good')),
      );
      const after = await up();
      for (const key of ['temporal', 'nats'] as const) expect(after[key]).not.toBe(before[key]);
      expect(after.s3.endpoint).not.toBe(before.s3.endpoint);
    } finally {
      for (const taker of takers) taker.close();
    }
  });

  it('no Go and no network: says what is missing and each way to get it', async () => {
    const { closed = 0 } = await freePorts(['closed']);
    await mkdir(home.path('empty bin'), { recursive: true });
    const answer = await run(home.path('offline out'), {
      PATH: home.path('empty bin'),
      H2G_HOME: home.path('offline home'),
      H2G_CACHE: home.path('offline cache'),
      H2G_DOWNLOAD_BASE: `http://127.0.0.1:${closed}`,
    });
    const { message, hint } = expectRefusal(answer, {
      exitCode: 3,
      code: 'server-unavailable',
      says: /^no way to get (temporal|nats|versitygw) \d/,
    });
    expect(message).toContain(`http://127.0.0.1:${closed}/`);
    expect(message).toContain('no go on PATH');
    for (const way of [/H2G_\w+_BIN/, /on PATH/, /H2G_DOWNLOAD_BASE/, /go\.dev\/dl/]) expect(hint).toMatch(way);
    await expectNothingIn(home.path('offline out'));
  });

  describe('servers configured in the environment', () => {
    let env: Readonly<Record<string, string>>;
    beforeAll(async () => {
      const { temporal, nats, s3 } = await up();
      env = {
        H2G_TEMPORAL_ADDRESS: temporal,
        H2G_NATS_URL: nats,
        H2G_S3_ENDPOINT: s3.endpoint,
        H2G_S3_ACCESS_KEY: s3.accessKey,
        H2G_S3_SECRET_KEY: s3.secretKey,
        H2G_HOME: home.path('unused home'),
      };
    });

    it.each([
      ['secret key', { H2G_S3_SECRET_KEY: 'wrong' }],
      ['access key', { H2G_S3_ACCESS_KEY: 'nobody' }],
    ])('a wrong %s is refused by every command that needs the store, workers included', async (_, wrong) => {
      const refused = { ...env, ...wrong };
      const says = new RegExp(`object store at ${env['H2G_S3_ENDPOINT'] ?? ''} refuses`);
      for (const url of [slide, 's3://h2g/slides/any.svs']) {
        const answer = await cli(['run', url, '--out', home.path('denied out'), '--json'], refused);
        const { message, hint } = expectRefusal(answer, { exitCode: 2, code: 'store-denied', says });
        expect(message).not.toContain('Unknown');
        expect(hint).toContain('H2G_S3_ACCESS_KEY and H2G_S3_SECRET_KEY');
        expect(answer.stderr).not.toContain(env['H2G_S3_SECRET_KEY']);
      }
      for (const role of ['orchestrator', 'detector']) {
        const answer = await cli(['worker', role], { ...refused, H2G_BUNDLES: BASELINE });
        expect(answer.exitCode, role).toBe(2);
        expect(answer.stderr).toMatch(says);
      }
      await expectNothingIn(home.path('denied out'));
      const doctor = await cli(['doctor'], refused);
      expect(doctor.exitCode).toBe(3);
      expect(doctor.stdout).toMatch(/FAIL {2}S3: .*refuses/);
    });

    it('a part of them only: the missing ones are named, and no local server starts instead', async () => {
      const says = (missing: string): RegExp =>
        new RegExp(`Only a part of the servers is configured: ${missing} is missing`);
      const { H2G_HOME: _, H2G_NATS_URL: ofWorkers, ...ofAll } = env;
      for (const missing of Object.keys(ofAll)) {
        const answer = await run(home.path('partial out'), { ...env, [missing]: '' });
        expectRefusal(answer, { exitCode: 2, code: 'usage', says: says(missing) });
      }
      expect(ofWorkers).toBeDefined();
      for (const role of ['orchestrator', 'detector']) {
        const answer = await cli(['worker', role], { ...env, H2G_NATS_URL: '', H2G_BUNDLES: BASELINE });
        expect(answer.exitCode, role).toBe(2);
        expect(answer.stderr).toMatch(says('H2G_NATS_URL'));
      }
      expect(existsSync(env['H2G_HOME'] ?? '')).toBe(false);
      await expectNothingIn(home.path('partial out'));
    });

    it('a bucket that is not there is told of by its name', async () => {
      const answer = await run(home.path('bucket out'), { ...env, H2G_S3_BUCKET: 'no-such-bucket' });
      expectRefusal(answer, { exitCode: 3, code: 'object-missing', says: /no-such-bucket/ });
    });
  });
});

async function tinyDisk(test: TestContext, sizeBytes: number): Promise<TinyDisk> {
  const disk = await mountTinyDisk(sizeBytes);
  if (disk === undefined) return test.skip('only an administrator can mount a small disk');
  onTestFinished(() => disk[Symbol.asyncDispose]());
  return disk;
}

const listen = (port: number): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1' }, () => resolve(server));
  });
