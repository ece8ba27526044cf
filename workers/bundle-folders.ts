import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BundleRef } from '../domain/bundle.ts';
import { H2gError } from '../domain/error.ts';
import { bundlePrefix } from '../domain/keys.ts';
import type { ObjectStore } from '../domain/object-store.ts';
import { loadBundle, type Bundle } from '../models/load-bundle.ts';

/** Finds a bundle's folder on this machine; one that lies in the store is fetched into the cache, once. */
export class BundleFolders {
  readonly #store: ObjectStore;
  readonly #cacheDir: string;
  readonly #loaded = new Map<string, Promise<Bundle>>();

  constructor(store: ObjectStore, cacheDir: string) {
    this.#store = store;
    this.#cacheDir = cacheDir;
  }

  /** The bundle, its files' digests verified. @throws H2gError `bundle-missing`, `bundle-invalid` */
  async load(place: string): Promise<Bundle> {
    const url = asFolder(place);
    const known = this.#loaded.get(url);
    if (known) return known;
    const loading = this.#find(new URL(url));
    this.#loaded.set(url, loading);
    loading.catch(() => this.#loaded.delete(url));
    return loading;
  }

  /** As `load`, but only the very bundle that a run asked for. */
  async loadExactly(ref: BundleRef): Promise<Bundle> {
    const bundle = await this.load(ref.url);
    if (bundle.digest === ref.digest) return bundle;
    this.#loaded.delete(asFolder(ref.url));
    const again = await this.load(ref.url);
    if (again.digest === ref.digest) return again;
    throw new H2gError({
      code: 'bundle-invalid',
      message: `The bundle at ${ref.url} has the digest ${again.digest}, the run was started with ${ref.digest}.`,
      hint: 'The bundle was changed after the run began. Start the run again: it will use the new one.',
    });
  }

  async #find(url: URL): Promise<Bundle> {
    if (url.protocol === 'file:') return loadBundle(fileURLToPath(url));
    if (url.protocol === 's3:' && url.hostname === this.#store.bucket)
      return this.#fetch(decodeURIComponent(url.pathname.slice(1)));
    throw new H2gError({
      code: 'bundle-missing',
      message: `${url.href}: bundles can lie in a folder of this machine or in the bucket ${this.#store.bucket}.`,
      hint: `Give a folder, or s3://${this.#store.bucket}/${bundlePrefix({ id: 'ID', version: 'VERSION', digest: 'DIGEST' })}`,
    });
  }

  /** Files appear in the cache under the digest of their manifest, all at once. An object's name never becomes a path. */
  async #fetch(prefix: string): Promise<Bundle> {
    const objects = await this.#store.list(prefix);
    if (!objects.some(({ key }) => key === `${prefix}bundle.json`))
      throw new H2gError({
        code: 'bundle-missing',
        message: `There is no bundle at s3://${this.#store.bucket}/${prefix}: no bundle.json lies there.`,
        hint: 'h2g run --bundle DIR copies a bundle to the store, under bundles/<id>/<version>-<digest>/.',
      });
    await mkdir(this.#cacheDir, { recursive: true });
    const folder = await mkdtemp(join(this.#cacheDir, 'fetching-'));
    try {
      for (const { key } of objects) {
        const name = key.slice(prefix.length);
        if (!/^[\w][\w.-]*$/.test(name) || basename(name) !== name) continue;
        await writeFile(join(folder, name), await this.#store.get(key));
      }
      const { digest } = await loadBundle(folder);
      const target = join(this.#cacheDir, digest);
      // Another process may have put it there first; what lies there is verified either way.
      await rename(folder, target).catch(() => undefined);
      return await loadBundle(target);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

const asFolder = (url: string): string => (url.endsWith('/') ? url : `${url}/`);
