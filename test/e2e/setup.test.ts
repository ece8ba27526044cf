import { connect } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LANE_ATTRIBUTE } from '../../domain/segment-slide.ts';
import { createS3Store } from '../../platform/s3/s3-store.ts';
import { connectTemporal } from '../../platform/temporal/connect-temporal.ts';
import { realServer, type RealServer } from '../real-servers.ts';
import { h2g, type H2gAnswer } from './h2g.ts';
import { expectRefusal } from './refusal.ts';

const NAMESPACE = 'pathology';
const BUCKET = 'fresh-bucket';
const KEYWORD = 2;

describe('h2g setup', () => {
  let servers: {
    temporal: RealServer<{ grpc: string }>;
    nats: RealServer<{ url: string }>;
    s3: Awaited<ReturnType<typeof openStore>>;
  };
  let env: Record<string, string>;
  const openStore = () => realServer('minio');
  const setup = (more: Record<string, string> = {}): Promise<H2gAnswer> =>
    h2g(['setup', '--retention-days', '7', '--patience', '30', '--json'], { ...env, ...more });

  beforeAll(async () => {
    const [temporal, nats, s3] = await Promise.all([realServer('temporal'), realServer('nats'), openStore()]);
    servers = { temporal, nats, s3 };
    env = {
      H2G_TEMPORAL_ADDRESS: temporal.address.grpc,
      H2G_TEMPORAL_NAMESPACE: NAMESPACE,
      H2G_NATS_URL: nats.address.url,
      H2G_S3_ENDPOINT: s3.address.endpoint,
      H2G_S3_BUCKET: BUCKET,
      H2G_S3_ACCESS_KEY: s3.address.accessKey,
      H2G_S3_SECRET_KEY: s3.address.secretKey,
    };
  });

  afterAll(() => Promise.all(Object.values(servers ?? {}).map(({ stop }) => stop())));

  it('makes what fresh servers lack, and changes nothing when it is repeated', async () => {
    const first = await setup();
    expect(first.exitCode, first.stderr).toBe(0);
    expect(first.stdout).toContain('(new; histories stay for 7 days)');
    const second = await setup();
    expect(second.exitCode, second.stderr).toBe(0);
    expect(second.stdout).not.toContain('(new');

    const store = createS3Store({ ...servers.s3.address, bucket: BUCKET });
    await store.put('x', new Uint8Array(1), { contentType: 'text/plain' });
    store.close();
    const nc = await connect({ servers: servers.nats.address.url.replace('nats://', '') });
    const streams = await (await nc.jetstreamManager()).streams.names().next();
    await nc.close();
    expect(streams.toSorted()).toEqual(['H2G_SCORES', 'H2G_TILES']);
    const link = await connectTemporal({ address: servers.temporal.address.grpc, namespace: NAMESPACE });
    const { customAttributes } = await link.connection.operatorService.listSearchAttributes({ namespace: NAMESPACE });
    await link.close();
    expect(customAttributes?.[LANE_ATTRIBUTE]).toBe(KEYWORD);
  });

  it('says what stands in the way, and does not wait for what never passes', async () => {
    const more = { H2G_S3_SECRET_KEY: 'wrong' };
    expectRefusal(await setup(more), { exitCode: 2, code: 'store-denied', says: /bucket|denied|refuse/i });
    // One server has no peers to keep copies.
    const copies = await h2g(['setup', '--patience', '0', '--json'], { ...env, H2G_NATS_REPLICAS: '3' });
    expectRefusal(copies, { exitCode: 3, code: 'queue-unreachable', says: /make the streams.*replicas/ });
    expectRefusal(await setup({ H2G_NATS_REPLICAS: '9' }), { exitCode: 2, code: 'usage', says: /H2G_NATS_REPLICAS/ });
  });
});
