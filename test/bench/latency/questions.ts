import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import { placeBundle } from '../../../apps/cli/run/place-bundle.ts';
import { slideKey } from '../../../domain/keys.ts';
import { DEFAULT_OPTIONS, type Lane, type RunSpec } from '../../../domain/run-spec.ts';
import { loadBundle } from '../../../models/load-bundle.ts';
import { runIdOf, sha256OfFile } from '../../../platform/digest.ts';
import type { RunClient } from '../../../platform/run-client.ts';
import { s3Url } from '../../../platform/s3/s3-location.ts';
import type { S3Store } from '../../../platform/s3/s3-store.ts';

/** One slide in the store, of which as many runs can be started as are wanted: each is another question. */
export interface Questions {
  /** @returns the run's id */
  start(lane: Lane): Promise<string>;
}

export async function askAbout(
  slidePath: string,
  { store, runs, bundleDir }: { store: S3Store; runs: RunClient; bundleDir: string },
): Promise<Questions> {
  const name = basename(slidePath);
  const key = slideKey(await sha256OfFile(slidePath), name);
  const { sizeBytes, etag } = await store.putFile(key, slidePath);
  const { manifest, digest } = await loadBundle(bundleDir);
  const local = { id: manifest.id, version: manifest.version, digest, url: pathToFileURL(`${bundleDir}/`).href };
  const backend = { kind: 'configured', store } as const;
  const spec: RunSpec = {
    slide: { url: s3Url({ bucket: store.bucket, key }).href, name, sizeBytes, version: etag },
    bundle: await placeBundle(local, { backend, signal: new AbortController().signal }),
    options: DEFAULT_OPTIONS,
  };
  let asked = 0;
  return {
    async start(lane) {
      const another = { ...spec, options: { ...spec.options, minCoverage: 0.9 - (asked += 1) / 100_000 } };
      const runId = runIdOf(another);
      await runs.start(runId, another, lane, { submitter: lane });
      return runId;
    },
  };
}
