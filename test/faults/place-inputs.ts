import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BundleRef } from '../../domain/bundle.ts';
import { slideKey } from '../../domain/keys.ts';
import type { ObjectStore } from '../../domain/object-store.ts';
import { DEFAULT_OPTIONS, type Lane, type RunSpec } from '../../domain/run-spec.ts';
import { loadBundle } from '../../models/load-bundle.ts';
import { runIdOf, sha256OfFile } from '../../platform/digest.ts';
import { s3Url } from '../../platform/s3/s3-location.ts';
import { placeBundle } from '../../apps/cli/run/place-bundle.ts';
import { paintSyntheticSlide } from '../../slides/synthetic/paint-synthetic-slide.ts';
import { writeSlowBundle } from '../fixtures/slow-bundle.ts';

/** What is run again and again: a slide on this machine, and the lane it takes. */
export interface TestSlide {
  readonly path: string;
  readonly lane: Lane;
}

export interface TestRun {
  readonly runId: string;
  readonly spec: RunSpec;
  readonly lane: Lane;
}

export interface Inputs {
  readonly bundleDir: string;
  readonly slides: readonly TestSlide[];
}

/** One level at the detection scale, so that detection itself is most of a run. About 35 batches each. */
const SIZE = { widthPx: 8_192, heightPx: 6_144, mpp: 1 };
const SLIDES: readonly { lane: Lane; seed: number }[] = [
  { lane: 'stat', seed: 11 },
  { lane: 'routine', seed: 12 },
  { lane: 'routine', seed: 13 },
  { lane: 'research', seed: 14 },
];

/** A batch then takes a tenth to a third of a second. */
const WINDOW_PX = 31;

export async function makeInputs(folder: string): Promise<Inputs> {
  const bundleDir = await writeSlowBundle(join(folder, 'slow-bundle'), { windowPx: WINDOW_PX });
  const slides: TestSlide[] = [];
  for (const { lane, seed } of SLIDES) {
    const path = join(folder, `${lane}-${seed}.tif`);
    await paintSyntheticSlide({ path, seed, ...SIZE });
    slides.push({ path, lane });
  }
  return { bundleDir, slides };
}

export async function placeTestBundle(dir: string, store: ObjectStore): Promise<BundleRef> {
  const { manifest, digest } = await loadBundle(dir);
  const { id, version } = manifest;
  const ref = { id, version, digest, url: pathToFileURL(`${dir}/`).href };
  return placeBundle(ref, { backend: { kind: 'configured', store }, signal: new AbortController().signal });
}

/** As `h2g run` does it at a site: the slide into the store, under its digest. */
export async function placeTestSlide(
  { path, lane }: TestSlide,
  { store, bundle }: { store: ObjectStore; bundle: BundleRef },
): Promise<TestRun> {
  const name = basename(path);
  const key = slideKey(await sha256OfFile(path), name);
  const { sizeBytes, etag } = await store.putFile(key, path);
  const slide = { url: s3Url({ bucket: store.bucket, key }).href, name, sizeBytes, version: etag };
  const spec = { slide, bundle, options: DEFAULT_OPTIONS };
  return { runId: runIdOf(spec), spec, lane };
}
