import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BundleRef } from '../../../domain/bundle.ts';
import { bundlePrefix } from '../../../domain/keys.ts';
import { loadBundle, stagesOf } from '../../../models/load-bundle.ts';
import { s3Url } from '../../../platform/s3/s3-location.ts';
import type { Backend } from '../backend.ts';

/** The bundle where the workers can read it: a folder that they cannot see is copied to the store, `bundle.json` last. */
export async function placeBundle(
  ref: BundleRef,
  { backend, signal }: { backend: Pick<Backend, 'kind' | 'store'>; signal: AbortSignal },
): Promise<BundleRef> {
  if (backend.kind === 'local' || !ref.url.startsWith('file:')) return ref;
  const { store } = backend;
  const prefix = bundlePrefix(ref);
  const dir = fileURLToPath(ref.url);
  const url = s3Url({ bucket: store.bucket, key: `${prefix}bundle.json` });
  const placed = { ...ref, url: new URL('.', url).href };
  if ((await store.head(`${prefix}bundle.json`)) !== undefined) return placed;
  const bundle = await loadBundle(dir);
  for (const stage of stagesOf(bundle)) {
    const path = bundle.file(stage);
    if (path !== undefined) await store.putFile(`${prefix}${basename(path)}`, path, { signal });
  }
  await store.put(`${prefix}bundle.json`, await readFile(new URL('bundle.json', ref.url)), {
    contentType: 'application/json',
  });
  return placed;
}
