import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Credentials } from '../servers/server-definition.ts';
import { writeFileWhole } from './write-file-whole.ts';

const Stored = z.object({ accessKey: z.string().min(3), secretKey: z.string().min(8) });

/** The keys of this home's store, made at random the first time and readable by its owner only. */
export function storeCredentials(path: string): Credentials {
  try {
    return Stored.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const credentials = { accessKey: `h2g${randomBytes(8).toString('hex')}`, secretKey: randomBytes(24).toString('hex') };
  writeFileWhole(path, JSON.stringify(credentials));
  return credentials;
}
