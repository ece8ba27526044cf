import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { BundleManifest, type BundleRef, type DetectionStage } from '../../../domain/bundle.ts';
import type { OpenByteSource } from '../../../domain/byte-source.ts';
import { asH2gError, H2gError } from '../../../domain/error.ts';
import { isShippedBundle } from '../../../models/shipped-bundles.ts';
import { explainManifest } from '../../../models/explain-manifest.ts';
import { loadBundle, readBundle, type Bundle } from '../../../models/load-bundle.ts';
import { sha256 } from '../../../platform/digest.ts';
import type { Backend } from '../backend.ts';
import { parseUrl } from './parse-url.ts';

export interface PickedBundle {
  readonly ref: BundleRef;
  readonly detection: DetectionStage;
}

const folderUrl = (dir: string): string => pathToFileURL(`${dir}/`).href;

/** Whether a bundle can be read only through the servers. */
export const needsStore = (bundle: string): boolean => /^s3:\/\//i.test(bundle);

/**
 * The bundle in a folder of this machine, checked whole before any slide is touched: a wrong network would else be found when the first server
 * loads it, the refinement's after hours of detection.
 */
export async function pickLocalBundle(bundle: string, folder: string): Promise<PickedBundle> {
  const dir = resolve(folder, pathOf(bundle));
  const { manifest, digest } = await (isShippedBundle(dir) ? loadBundle(dir) : loadChecked(dir));
  return {
    ref: { id: manifest.id, version: manifest.version, digest, url: folderUrl(dir) },
    detection: manifest.detection,
  };
}

async function loadChecked(dir: string): Promise<Bundle> {
  // onnxruntime is loaded only where it is needed.
  const { checkBundle, requireSound } = await import('../../../models/check-bundle.ts');
  try {
    requireSound(await checkBundle(dir, { providers: ['cpu'] }));
  } catch (thrown) {
    const { facts, code } = asH2gError(thrown);
    // NaN for zeros is no fault of a run: there is none yet.
    throw code === 'model-output' ? new H2gError({ ...facts, code: 'bundle-invalid' }, { cause: thrown }) : thrown;
  }
  return readBundle(dir);
}

const pathOf = (bundle: string): string => (bundle.startsWith('file:') ? fileURLToPath(bundle) : bundle);

/** The bundle under an `s3:` prefix; whoever loads its networks compares their digests. */
export async function pickStoredBundle(
  bundle: string,
  { store, openSource, signal }: Pick<Backend, 'store' | 'openSource'> & { signal: AbortSignal },
): Promise<PickedBundle> {
  const url = new URL('bundle.json', parseUrl(bundle.endsWith('/') ? bundle : `${bundle}/`));
  if (url.host !== store.bucket) throw otherBucket(bundle, store.bucket);
  const bytes = await readAll(url, { openSource, signal }).catch((error: unknown) => {
    throw error instanceof H2gError && error.code === 'slide-missing' ? missing(bundle, error) : error;
  });
  const { id, version, detection } = parseManifest(bytes, url);
  return { ref: { id, version, digest: sha256(bytes), url: new URL('.', url).href }, detection };
}

async function readAll(
  url: URL,
  { openSource, signal }: { openSource: OpenByteSource; signal: AbortSignal },
): Promise<Uint8Array> {
  const source = await openSource(url, { signal });
  try {
    return await source.fetch({ offset: 0, length: source.sizeBytes }, { signal });
  } finally {
    await source.close();
  }
}

function parseManifest(bytes: Uint8Array, url: URL): BundleManifest {
  const text = Buffer.from(bytes).toString('utf8');
  try {
    const raw: unknown = JSON.parse(text);
    const parsed = BundleManifest.safeParse(raw);
    if (parsed.success) return parsed.data;
    throw new Error(explainManifest(parsed.error, raw).join('; '));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new H2gError({
      code: 'bundle-invalid',
      message: `${url.href}: ${reason}`,
      hint: 'docs/bundles.md explains every field of bundle.json; h2g bundle check DIR looks at a local copy.',
    });
  }
}

const otherBucket = (bundle: string, bucket: string): H2gError =>
  new H2gError({
    code: 'usage',
    message: `The bundle ${bundle} lies in another bucket than the one that the workers read (${bucket}).`,
    hint: `Copy it to s3://${bucket}/bundles/, or give a local folder.`,
  });

const missing = (bundle: string, cause: unknown): H2gError =>
  new H2gError(
    {
      code: 'bundle-missing',
      message: `There is no bundle.json under ${bundle}.`,
      hint: 'Give the prefix that holds bundle.json and its ONNX files; upper and lower case differ.',
    },
    { cause },
  );
