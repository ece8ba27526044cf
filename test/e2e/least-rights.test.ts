import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SCORES_STREAM, TILES_STREAM } from '../../domain/subjects.ts';
import { connectNats, type NatsRole } from '../../platform/jetstream/connect-nats.ts';
import { SILENT_LOG } from '../../platform/log.ts';
import { packageRoot } from '../../platform/package-root.ts';
import { createS3Store, type S3Store } from '../../platform/s3/s3-store.ts';
import { paintSyntheticSlide } from '../../slides/synthetic/paint-synthetic-slide.ts';
import { assumeRole, type TemporaryKeys } from '../fixtures/assume-role.ts';
import { NATS_WITH_USERS, ROLES, urlOf } from '../fixtures/nats-with-users.ts';
import { writeSlowBundle } from '../fixtures/slow-bundle.ts';
import { h2g, startH2g, type RunningH2g } from './h2g.ts';
import { eventually } from './mid-run.ts';
import { openSite, type Site } from './site.ts';

/** Every process with what its role needs and nothing more: NATS users of the chart, S3 policies of `infra/s3`. */
describe('roles with no more than their own rights', () => {
  const keys = {} as Record<NatsRole, TemporaryKeys>;
  const stores = {} as Record<NatsRole, S3Store>;
  let site: Site;
  let bundle: string;
  let slide: string;

  beforeAll(async () => {
    site = await openSite((dir) => writeSlowBundle(dir, { windowPx: 35 }), {
      nats: NATS_WITH_USERS,
      envOf: async (role, { natsUrl, s3 }) => {
        keys[role] ??= await assumeRole(s3, await readFile(join(packageRoot(), `infra/s3/${role}.json`), 'utf8'));
        stores[role] ??= createS3Store({ ...s3, ...keys[role] });
        return {
          H2G_NATS_URL: urlOf(natsUrl, role),
          H2G_S3_ACCESS_KEY: keys[role].accessKey,
          H2G_S3_SECRET_KEY: keys[role].secretKey,
          H2G_S3_SESSION_TOKEN: keys[role].sessionToken,
          ...(role === 'detector' && { H2G_BUNDLES: bundle }),
        };
      },
    });
    await Promise.all(ROLES.map((role) => site.envOf(role)));
    slide = site.path('slide.tif');
    await paintSyntheticSlide({ path: slide, widthPx: 2560, heightPx: 2560, mpp: 1, seed: 5 });
  });
  afterAll(async () => {
    for (const store of Object.values(stores)) store.close();
    await site?.[Symbol.asyncDispose]();
  });

  it('set up a site, bring a bundle, and see with doctor that the servers answer', async () => {
    const setup = await h2g(['setup', '--patience', '30', '--json'], await site.envOf('setup'));
    expect(setup.exitCode, setup.stderr).toBe(0);
    const push = ['bundle', 'push', site.bundleDir, '--json'];
    const denied = await h2g(push, site.env);
    expect(denied.json()).toMatchObject({ error: { code: 'store-denied' } });
    const pushed = await h2g(push, await site.envOf('setup'));
    expect(pushed.exitCode, pushed.stderr).toBe(0);
    bundle = (pushed.json() as { url: string }).url;
    expect(await h2g(push, await site.envOf('setup'))).toMatchObject({ exitCode: 0, stdout: pushed.stdout });
    const doctor = await h2g(['doctor', '--json'], site.env);
    expect(doctor.stdout).not.toMatch(/refuse|denied|violation/i);
    const { findings } = doctor.json() as { findings: { check: string; verdict: string }[] };
    expect(findings).toMatchObject(
      expect.arrayContaining(
        ['Temporal', 'NATS'].map((check) =>
          expect.objectContaining({ check: expect.stringContaining(check), verdict: 'ok' }),
        ),
      ),
    );
  });

  it('run a slide, also where a detector dies and the command pauses and goes on', async () => {
    const [, dying] = await Promise.all([site.start('orchestrator'), site.start('detector'), site.start('detector')]);
    const args = ['run', slide, '--bundle', bundle, '--out', site.path('out'), '--json'];
    const running = startH2g(args, site.env);
    const runId = await cellsDone(running);
    process.kill(dying.pid, 'SIGKILL');
    expect((await h2g(['pause', runId], site.env)).exitCode).toBe(0);
    expect((await h2g(['resume', runId], site.env)).exitCode).toBe(0);
    const answer = await running.ended;
    expect(answer.exitCode, answer.stderr).toBe(0);
    expect(answer.report()).toMatchObject({ outcome: 'done', cells: { failed: 0 } });
  });

  it('run it again, while both streams are emptied', async () => {
    const args = ['run', slide, '--bundle', bundle, '--out', site.path('again'), '--again', '--json'];
    const running = startH2g(args, site.env);
    await cellsDone(running);
    await emptyStreams();
    const answer = await running.ended;
    expect(answer.exitCode, answer.stderr).toBe(0);
    const refused = (await site.lines()).filter(({ event }) => event === 'Nats:Failed');
    expect(refused).toEqual([]);
  });

  it('write nothing of another role into the store', async () => {
    const body = new Uint8Array(1);
    const places = ['slides/x', 'bundles/x', 'runs/x', 'cohorts/x', 'quarantine/x', 'elsewhere/x'];
    const writable: Record<NatsRole, string[]> = {
      detector: [],
      orchestrator: ['runs/x', 'cohorts/x', 'quarantine/x'],
      client: ['slides/x', 'cohorts/x'],
      setup: ['bundles/x'],
    };
    for (const role of ROLES)
      for (const place of places) {
        const writing = stores[role].put(place, body).then(
          () => 'written',
          (error: { code?: string }) => error.code,
        );
        expect(await writing, `${role} ${place}`).toBe(writable[role].includes(place) ? 'written' : 'store-denied');
      }
    for (const place of places) await expect(stores.detector.delete(place), place).rejects.toMatchObject(DENIED);
    for (const place of ['slides/x', 'bundles/x'])
      await expect(stores.orchestrator.delete(place), place).rejects.toMatchObject(DENIED);
    await expect(stores.client.delete('bundles/x')).rejects.toMatchObject(DENIED);
    await expect(stores.setup.delete('slides/x')).rejects.toMatchObject(DENIED);
  });

  it('let detectors read slides and bundles, and nothing else', async () => {
    const { detector } = stores;
    expect((await detector.get('slides/x')).length).toBe(1);
    expect((await detector.get('bundles/x')).length).toBe(1);
    expect((await detector.list('bundles/')).length).toBeGreaterThan(1);
    for (const key of ['runs/x', 'cohorts/x', 'quarantine/x'])
      await expect(detector.get(key), key).rejects.toMatchObject(DENIED);
    for (const prefix of ['', 'runs/']) await expect(detector.list(prefix), prefix).rejects.toMatchObject(DENIED);
    await expect(stores.setup.get('runs/x')).rejects.toMatchObject(DENIED);
  });

  it('stop a worker that the store does not know any more', async () => {
    const wrong = { ...(await site.envOf('detector')), H2G_S3_SESSION_TOKEN: 'none' };
    const answer = await h2g(['worker', 'detector'], { ...wrong, H2G_LOG_LEVEL: 'silent' });
    expect(answer.exitCode).toBe(2);
  });

  /** The only run under way, when it has cells done; the command's own words if it ends before. */
  async function cellsDone({ ended }: RunningH2g): Promise<string> {
    const early = ended.then(({ stdout, stderr }) => {
      throw new Error(`it ended:\n${stdout}\n${stderr}`);
    });
    const look = eventually('cells done', async () =>
      (await site.runs.list(5)).find(({ cells, state }) => state.kind === 'running' && (cells?.done ?? 0) > 0),
    );
    early.catch(() => undefined);
    return (await Promise.race([look, early])).runId;
  }

  /** The worst that an orchestrator may do to them: it cannot delete them. */
  async function emptyStreams(): Promise<void> {
    const url = (await site.envOf('orchestrator'))['H2G_NATS_URL'] ?? '';
    const link = await connectNats({ url, name: 'test', role: 'orchestrator', log: SILENT_LOG });
    for (const stream of [TILES_STREAM, SCORES_STREAM])
      await expect(link.jsm.streams.delete(stream)).rejects.toThrow(/permissions violation/i);
    for (const stream of [TILES_STREAM, SCORES_STREAM]) await link.jsm.streams.purge(stream);
    await link.close();
  }
});

const DENIED = { code: 'store-denied' };
