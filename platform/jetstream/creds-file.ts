import { readFileSync } from 'node:fs';
import { credsAuthenticator, type Authenticator } from 'nats';
import { H2gError } from '../../domain/error.ts';
import { readSecret } from '../read-secret.ts';

/**
 * The login of a credentials file, read anew whenever the line is made anew: what a site renews in its place is used from then on. One that is
 * just then away or half written counts for nothing. @throws H2gError `usage` where it is no credentials file to begin with
 */
export async function credsFile(path: string): Promise<Authenticator> {
  let known: Uint8Array = (await readSecret('H2G_NATS_CREDS', path)) ?? new Uint8Array();
  try {
    credsAuthenticator(known)();
  } catch (cause) {
    throw new H2gError(
      {
        code: 'usage',
        message: `H2G_NATS_CREDS is ${path}, which is no credentials file of NATS.`,
        hint: 'It holds a JWT and a seed between lines of dashes, as nsc generate creds writes it.',
      },
      { cause },
    );
  }
  return (nonce) => {
    try {
      const now = readFileSync(path);
      const login = credsAuthenticator(now)(nonce);
      known = now;
      return login;
    } catch {
      return credsAuthenticator(known)(nonce);
    }
  };
}
