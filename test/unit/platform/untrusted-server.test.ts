import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createS3SourceOpener } from '../../../platform/s3/open-s3-source.ts';
import { openConnection } from '../../../platform/temporal/connect-temporal.ts';
import { createHttpOpener } from '../../../slides/sources/open-http-source.ts';
import { makeCertificates } from '../../fixtures/make-certificates.ts';
import { secureServer } from '../../fixtures/secure-server.ts';

/** NATS's line is tried in test/integration/platform/own-authority.test.ts: it begins in the clear. */
const LINES: Readonly<Record<string, (address: string) => Promise<unknown>>> = {
  'store-unreachable': (address) => {
    const settings = { endpoint: `https://${address}`, region: 'us-east-1', accessKey: 'a', secretKey: 'b' };
    return createS3SourceOpener(settings).open(new URL('s3://h2g/slides/a.svs'));
  },
  'slide-io': (address) =>
    createHttpOpener({ attempts: 1, firstDelayMs: 1 })(new URL(`https://${address}/a.svs?signature=SECRET`)),
  'control-unreachable': (address) => {
    const tls = { ca: undefined, cert: undefined, key: undefined };
    return openConnection({ address, namespace: 'default', tls }, 500);
  },
};

describe('a server whose authority nobody here knows', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'h2g-untrusted-'));
    await makeCertificates(folder);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each(Object.entries(LINES))('is not taken for one that is away: %s', async (code, open) => {
    const address = `localhost:${await secureServer(folder, { key: 'server.key', certs: ['server.crt'] })}`;
    const error: unknown = await open(address).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code, retry: true, message: expect.stringContaining(address) });
    expect(error).toMatchObject({
      message: expect.stringContaining('shows a certificate whose authority is not trusted here'),
      hint: expect.stringMatching(/before they start: (NODE_EXTRA_CA_CERTS|H2G_TEMPORAL_CA)=ca\.crt \(in the chart: /),
    });
    expect(String(error)).not.toMatch(/does not answer|SECRET/);
  });
});
