import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { S3Settings } from '../../platform/server-settings.ts';
import { h2g } from './h2g.ts';

/** A user's machine on which nothing has run yet: folders and settings of its own. */
export interface Home extends AsyncDisposable {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** A path inside it. */
  path(...parts: string[]): string;
}

export async function newHome(env: Readonly<Record<string, string>> = {}): Promise<Home> {
  const folder = await mkdtemp(join(tmpdir(), 'h2g e2e ä-'));
  const own = { H2G_HOME: join(folder, 'home'), ...env };
  return {
    folder,
    env: own,
    path: (...parts) => join(folder, ...parts),
    [Symbol.asyncDispose]: async () => {
      await h2g(['down'], own);
      await rm(folder, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

/** Starts the home's servers as a standing service, and says where its store is. */
export async function storeOf(home: Home): Promise<S3Settings> {
  const up = await h2g(['up', '--json'], home.env);
  if (up.exitCode !== 0) throw new Error(up.stderr);
  const { addresses } = up.json() as { addresses: { s3: S3Settings } };
  return addresses.s3;
}
