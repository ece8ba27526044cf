import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { paintSyntheticSlide } from '../../slides/synthetic/paint-synthetic-slide.ts';
import { h2g, resultBytes, startH2g } from './h2g.ts';
import { newHome, type Home } from './home.ts';

/** Every command on one standing stack of real servers. */
describe('h2g on its own servers', () => {
  let home: Home;
  let small: string;
  const cli = (...args: string[]) => h2g(args, home.env);
  const done = async (...args: string[]) => {
    const answer = await cli(...args);
    expect(answer.exitCode, answer.stderr).toBe(0);
    return answer;
  };

  beforeAll(async () => {
    home = await newHome({ H2G_LAUNCHED_AS: './h2g' });
    small = home.path('Präparat 1 🔬.svs');
    await paintSyntheticSlide({ path: small, widthPx: 2_000, heightPx: 1_600, mpp: 0.5, seed: 3 });
    await done('up');
  });
  afterAll(() => home?.[Symbol.asyncDispose]());

  it('demo prints DSC and lays truth beside the result; a second one is the same run', async () => {
    const out = home.path('demo');
    const first = await done('demo', '--out', out, '--seed', '2', '--json');
    const { demo, runId } = first.json() as { runId: string; demo: { dice: number; folder: string } };
    expect(demo.dice).toBeGreaterThan(0.9);
    expect(first.stderr).toMatch(/DSC against the truth: 0\.\d{3}/);
    expect(await readdir(demo.folder)).toEqual(expect.arrayContaining(['truth.png', 'mask.tif', 'overlay.png']));
    const second = await done('demo', '--out', out, '--seed', '2', '--json');
    expect(second.json()['runId']).toBe(runId);
    expect(second.stderr).toContain('finished already');
  });

  it('run, status, results and --again speak of the same run and the same bytes', async () => {
    const out = home.path('out');
    const report = (await done('run', small, '--out', out, '--json')).json() as { runId: string };
    const files = await resultBytes(join(out, 'Präparat 1 🔬'));

    const prefix = report.runId.slice(0, 6);
    expect((await done('status', prefix, '--json')).json()).toMatchObject({
      runId: report.runId,
      state: { kind: 'finished' },
      report,
    });
    expect((await done('status')).stdout).toContain(report.runId.slice(0, 12));
    expect((await done('watch', prefix, '--json')).json()).toEqual(report);
    expect((await done('cancel', prefix)).stdout).toContain('ended already');

    await done('results', prefix, '--out', home.path('fetched'));
    expect(await resultBytes(home.path('fetched', 'Präparat 1 🔬'))).toEqual(files);

    const again = await done('run', small, '--out', out, '--again', '--json');
    expect(again.stderr).not.toContain('finished already');
    expect(await resultBytes(join(out, 'Präparat 1 🔬'))).toEqual(files);
  });

  it('several slides of one name go to folders of their own, and a bad one stops none', async () => {
    await mkdir(home.path('many', 'b'), { recursive: true });
    await copyFile(small, home.path('many', 'x.tif'));
    await copyFile(small, home.path('many', 'b', 'x.tif'));
    const out = home.path('many out');
    const answer = await cli('run', home.path('many'), 'missing.svs', '--out', out, '--json');
    expect(answer.exitCode, answer.stderr).toBe(2);
    const { runs } = answer.json() as { runs: { runId?: string; error?: { code: string } }[] };
    expect(runs.map(({ error }) => error?.code)).toEqual(['slide-missing', undefined, undefined]);
    const folders = (await readdir(out)).toSorted();
    expect(folders).toHaveLength(2);
    expect(folders[0]).toBe('x');
    expect(folders[1]).toMatch(/^x-[0-9a-f]{8}$/);
    expect(answer.stderr).toContain(folders[1]);
  });

  it('Ctrl-C ends with 130 and the command that goes on; that command gives the same bytes', async () => {
    const slide = home.path('interrupted.tif');
    await paintSyntheticSlide({ path: slide, widthPx: 5_000, heightPx: 4_000, mpp: 0.5, seed: 5 });
    const reference = ['run', slide, '--out', home.path('undisturbed'), '--json'];
    const undisturbed = (await done(...reference)).json() as { runId: string };

    const args = ['run', slide, '--out', home.path('disturbed'), '--again', '--json'];
    const { child, ended } = startH2g(args, home.env);
    let isStopped = false;
    child.stderr?.on('data', (data: Buffer) => {
      if (isStopped || !/interrupted\.tif: (planning|detecting)/.test(data.toString())) return;
      // Once: the second Ctrl-C ends the command on the spot.
      isStopped = child.kill('SIGINT');
    });
    const interrupted = await ended;
    expect(interrupted.exitCode, interrupted.stderr).toBe(130);
    const { error } = interrupted.json() as { error: { code: string; hint: string } };
    expect(error.code).toBe('interrupted');
    expect(error.hint).toContain(`./h2g run '${slide}' --out`);
    expect(error.hint).not.toContain('--again');
    expect(await readdir(home.folder)).not.toContain('disturbed');

    const goneOn = (await done(...args.filter((arg) => arg !== '--again'))).json() as { runId: string };
    expect(goneOn.runId).toBe(undisturbed.runId);
    expect(await resultBytes(home.path('disturbed', 'interrupted'))).toEqual(
      await resultBytes(home.path('undisturbed', 'interrupted')),
    );
  });

  it('doctor finds everything that is needed', async () => {
    const answer = await done('doctor', '--json');
    expect(answer.json()).toMatchObject({ ok: true });
    expect(JSON.stringify(answer.json())).toContain('standing');
  });

  it('a run that is not there is bad input', async () => {
    const answer = await cli('status', 'ffffffffff', '--json');
    expect(answer.exitCode).toBe(2);
    expect(answer.json()).toMatchObject({ error: { code: 'run-missing' } });
  });

  it('works on configured servers as well: slide and bundle are brought to the store', async () => {
    const { addresses } = (await done('up', '--json')).json() as {
      addresses: { temporal: string; nats: string; s3: { endpoint: string; accessKey: string; secretKey: string } };
    };
    const env = {
      ...home.env,
      H2G_TEMPORAL_ADDRESS: addresses.temporal,
      H2G_NATS_URL: addresses.nats,
      H2G_S3_ENDPOINT: addresses.s3.endpoint,
      H2G_S3_ACCESS_KEY: addresses.s3.accessKey,
      H2G_S3_SECRET_KEY: addresses.s3.secretKey,
    };
    const here = await resultBytes(home.path('out', 'Präparat 1 🔬'));
    const detector = startH2g(['worker', 'detector'], {
      ...env,
      H2G_BUNDLES: join(import.meta.dirname, '../../models/baseline'),
    });
    try {
      const answer = await h2g(['run', small, '--out', home.path('remote'), '--json'], env);
      expect(answer.exitCode, answer.stderr).toBe(0);
      expect(await resultBytes(home.path('remote', 'Präparat 1 🔬'))).toEqual(here);
      const wrong = await h2g(['status', '--json'], { ...env, H2G_TEMPORAL_ADDRESS: '127.0.0.1:9' });
      expect(wrong.exitCode).toBe(3);
      expect(wrong.json()).toMatchObject({ error: { code: 'control-unreachable' } });
      const denied = await h2g(['run', small, '--out', home.path('denied'), '--json'], {
        ...env,
        H2G_S3_SECRET_KEY: 'wrong',
      });
      expect(denied.exitCode).toBe(2);
      expect(denied.json()).toMatchObject({ error: { code: 'store-denied' } });
    } finally {
      detector.child.kill('SIGTERM');
      expect((await detector.ended).exitCode).toBe(0);
    }
  });

  it('down stops it, and once more says that nothing ran', async () => {
    expect((await done('down', '--json')).json()).toEqual({ stopped: true });
    expect((await done('down', '--json')).json()).toEqual({ stopped: false });
  });
});
