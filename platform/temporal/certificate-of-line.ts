import { once } from 'node:events';
import { isIP } from 'node:net';
import { connect } from 'node:tls';
import { certificateFault, type CertificateFault } from '../../domain/certificate-fault.ts';
import type { LineOptions } from './line-options.ts';

const PATIENCE_MS = 2_000;
const TRUST_OF_TEMPORAL =
  'H2G_TEMPORAL_CA=ca.crt (in the chart: ca.crt in servers.temporal.tlsSecret, or else caBundle)';

/** gRPC says only that no line came about. A handshake of our own says whether it was the server's certificate that stood in the way. */
export const certificateOfLine = (line: LineOptions): Promise<CertificateFault | undefined> =>
  shakeHands(line).then(
    () => undefined,
    (thrown: unknown) => certificateFault(thrown, TRUST_OF_TEMPORAL),
  );

async function shakeHands({ address, tls }: LineOptions): Promise<void> {
  if (tls === undefined) return;
  const { hostname, port } = new URL(`tls://${address}`);
  const host = hostname.replace(/^\[|\]$/g, '');
  const socket = connect({
    host,
    port: Number(port),
    ...(isIP(host) === 0 && { servername: host }),
    ALPNProtocols: ['h2'],
    ca: tls.serverRootCACertificate,
    cert: tls.clientCertPair?.crt,
    key: tls.clientCertPair?.key,
  });
  try {
    await once(socket, 'secureConnect', { signal: AbortSignal.timeout(PATIENCE_MS) });
  } finally {
    // What comes after the end interests nobody, but may not go unheard.
    socket.on('error', () => undefined).destroy();
  }
}
