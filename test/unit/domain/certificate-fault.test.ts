import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { certificateFault } from '../../../domain/certificate-fault.ts';
import { makeCertificates } from '../../fixtures/make-certificates.ts';
import { secureServer } from '../../fixtures/secure-server.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'h2g-certificate-'));
  await makeCertificates(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Shown {
  /** Of the certificate. */
  readonly name: string;
  readonly chain?: string[];
  /** By the client. */
  readonly trusts?: string;
  readonly host?: string;
}

/** What Node throws at a client that trusts nobody of ours, or one certificate. */
async function refusal({ name, chain = [], trusts, host = '127.0.0.1' }: Shown): Promise<unknown> {
  const port = await secureServer(folder, {
    key: name === 'server' ? 'server.key' : 'stranger.key',
    certs: [`${name}.crt`, ...chain],
  });
  const ca = trusts ? await readFile(join(folder, trusts)) : undefined;
  const socket = connect({ host, port, ca });
  const outcome: unknown = await once(socket, 'secureConnect').catch((thrown: unknown) => thrown);
  socket.destroy();
  return outcome;
}

describe('a certificate that is refused', () => {
  it.each([
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', { name: 'server' }, ['not trusted here', 'NODE_EXTRA_CA_CERTS=ca.crt']],
    ['SELF_SIGNED_CERT_IN_CHAIN', { name: 'server', chain: ['ca.crt'] }, ['not trusted here', 'caBundle']],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', { name: 'stranger' }, ['not trusted here', 'NODE_EXTRA_CA_CERTS=ca.crt']],
    ['CERT_HAS_EXPIRED', { name: 'expired', trusts: 'expired.crt' }, ['has expired', 'renewed']],
    [
      'ERR_TLS_CERT_ALTNAME_INVALID',
      { name: 'server', trusts: 'ca.crt', host: '127.0.0.2' },
      ['for another name', 'address'],
    ],
  ])('is told for what it is: %s', async (code, shown, [what, hint]) => {
    const thrown = await refusal(shown);
    expect(thrown).toMatchObject({ code });
    const told = { what: expect.stringContaining(what ?? ''), hint: expect.stringContaining(hint ?? '') };
    expect(certificateFault(thrown)).toEqual(told);
    expect(certificateFault(new Error('wrapped', { cause: thrown }))).toEqual(told);
  });

  it('is refused no longer by whoever trusts its authority', async () => {
    expect(certificateFault(await refusal({ name: 'server', trusts: 'ca.crt' }))).toBeUndefined();
  });

  it('is mended where the line says', () => {
    const thrown = Object.assign(new Error('self-signed'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    expect(certificateFault(thrown, 'H2G_NATS_CA=ca.crt')?.hint).toMatch(/before they start: H2G_NATS_CA=ca\.crt\.$/);
  });

  it('is not to blame for other faults', () => {
    const thrown = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    expect([thrown, new Error('x'), undefined, 'text'].map((fault) => certificateFault(fault))).toEqual(
      Array.from({ length: 4 }),
    );
  });
});
