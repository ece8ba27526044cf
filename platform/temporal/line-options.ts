import type { TemporalSettings } from '../server-settings.ts';
import { readSecret } from '../read-secret.ts';

/** What both of Temporal's connections take, the client's and the worker's. */
export interface LineOptions {
  readonly address: string;
  readonly apiKey?: string;
  readonly tls?: {
    readonly serverRootCACertificate?: Buffer;
    readonly clientCertPair?: { readonly crt: Buffer; readonly key: Buffer };
  };
}

/** Plain where neither files nor an API key are set. @throws H2gError `usage` for a file that cannot be read, or a certificate without its key */
export async function lineOptions({ address, apiKey, tls }: TemporalSettings): Promise<LineOptions> {
  if (tls === undefined) return { address };
  const [ca, crt, key] = await Promise.all([
    readSecret('H2G_TEMPORAL_CA', tls.ca),
    readSecret('H2G_TEMPORAL_CERT', tls.cert),
    readSecret('H2G_TEMPORAL_KEY', tls.key),
  ]);
  return {
    address,
    ...(apiKey !== undefined && { apiKey }),
    tls: { ...(ca && { serverRootCACertificate: ca }), ...(crt && key && { clientCertPair: { crt, key } }) },
  };
}
