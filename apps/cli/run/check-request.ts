import { resolve } from 'node:path';
import type { CliContext } from '../cli-context.ts';
import { needsStore, pickLocalBundle, type PickedBundle } from './pick-bundle.ts';
import { requireWritable } from './require-writable.ts';
import type { RunRequest } from './run-request.ts';

/**
 * Refuses, before any slide is touched, a folder that cannot be written and a bundle that is not sound. Gives the bundle, unless it lies in the
 * store and can be read only once the servers are there.
 */
export async function checkRequest(
  { out, bundle }: Pick<RunRequest, 'out' | 'bundle'>,
  { folder }: Pick<CliContext, 'folder'>,
): Promise<PickedBundle | undefined> {
  await requireWritable(resolve(folder, out));
  return needsStore(bundle) ? undefined : pickLocalBundle(bundle, folder);
}
