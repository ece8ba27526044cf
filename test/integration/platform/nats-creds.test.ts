import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connectNats, type NatsLink, type NatsRole } from '../../../platform/jetstream/connect-nats.ts';
import { ensureStreams } from '../../../platform/jetstream/ensure-streams.ts';
import { createTileQueue } from '../../../platform/jetstream/tile-queue.ts';
import { createTileSource } from '../../../platform/jetstream/tile-source.ts';
import { hearHaltedRuns } from '../../../platform/jetstream/halted-runs.ts';
import { SILENT_LOG } from '../../../platform/log.ts';
import { SAMPLE_MODEL, sampleBatch } from '../../fixtures/broker.ts';
import { createJwtSite } from '../../fixtures/nats-with-jwts.ts';
import { realServer, type RealServer } from '../../real-servers.ts';

const log = SILENT_LOG;

/** A broker in operator mode: who connects has a credentials file, as nsc or an operator for Kubernetes makes it. */
describe('NATS users by JWT', () => {
  const site = createJwtSite();
  let nats: RealServer<{ url: string }>;
  let folder: string;
  const open: NatsLink[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'h2g-creds-'));
    nats = await realServer('nats', site.definition);
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((link) => link.close()));
  });
  afterAll(async () => {
    await nats?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const credsOf = (name: string): string => join(folder, `${name}.creds`);
  async function connect(role: NatsRole, creds: string): Promise<NatsLink> {
    const files = { ca: undefined, cert: undefined, key: undefined, creds };
    const link = await connectNats({ url: nats.address.url, files, name: role, role, log });
    open.push(link);
    return link;
  }
  /** With a file of its own that does not expire. */
  async function connectAs(role: NatsRole): Promise<NatsLink> {
    site.writeCreds(credsOf(role), role);
    return connect(role, credsOf(role));
  }

  it('let a batch from dispatch to its end, each role with the permissions that are shipped', async () => {
    await ensureStreams((await connectAs('setup')).jsm);
    const place = { lane: 'routine', model: SAMPLE_MODEL } as const;
    const queue = createTileQueue(await connectAs('orchestrator'), { log });
    const detector = await connectAs('detector');
    const halted = hearHaltedRuns(detector.nc, log);
    const source = createTileSource(detector, { models: [place.model], halted, log });
    expect(await queue.dispatch(place, [sampleBatch('r', 0)])).toEqual({ published: 1, alreadyThere: 0 });
    const lease = await source.next(new AbortController().signal);
    expect(source.begin(lease)).toBe(true);
    // The one answer that a detector gives.
    expect(await queue.batchesInHand('r')).toEqual(new Set([0]));
    await lease.done();
    source.close();
    halted.close();
  });

  it('hold what a role may not do against it', async () => {
    const { nc } = await connectAs('detector');
    const refused = (async () => {
      for await (const { type, data, permissionContext } of nc.status())
        if (type === 'error') return { data, subject: permissionContext?.subject };
      return undefined;
    })();
    nc.publish('$JS.API.STREAM.DELETE.H2G_TILES');
    expect(await refused).toEqual({ data: 'PERMISSIONS_VIOLATION', subject: '$JS.API.STREAM.DELETE.H2G_TILES' });
  });

  it('that expire are renewed by a file in the same place, without a word to the process', async () => {
    site.writeCreds(credsOf('renewed'), 'client', 3);
    const { nc } = await connect('client', credsOf('renewed'));
    site.writeCreds(credsOf('renewed'), 'client');
    const back = (async () => {
      for await (const { type } of nc.status()) if (type === 'reconnect') return true;
      return false;
    })();
    expect(await back).toBe(true);
    await nc.flush();
    expect(nc.isClosed()).toBe(false);
  });

  it('that expire and are not renewed end the line with an error', async () => {
    site.writeCreds(credsOf('expired'), 'client', 2);
    const { nc } = await connect('client', credsOf('expired'));
    expect(await nc.closed()).toBeInstanceOf(Error);
  });

  it('that are of another site are refused, and it is said which setting to look at', async () => {
    createJwtSite().writeCreds(credsOf('other'), 'client');
    await expect(connect('client', credsOf('other'))).rejects.toMatchObject({
      code: 'queue-unreachable',
      message: expect.stringContaining('refuses the login'),
      hint: expect.stringContaining('H2G_NATS_CREDS'),
    });
  });

  it('in a file that holds none are refused with its name', async () => {
    await writeFile(credsOf('empty'), 'not credentials\n');
    await expect(connect('client', credsOf('empty'))).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining(`${credsOf('empty')}`),
    });
  });
});
