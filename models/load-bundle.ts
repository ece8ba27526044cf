import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { BundleManifest } from '../domain/bundle.ts';
import { H2gError } from '../domain/error.ts';
import { explainManifest } from './explain-manifest.ts';
import { hashFile } from './hash-file.ts';

export type Stage = 'detection' | 'refinement';

/** A folder with `bundle.json` and the ONNX files it names. */
export interface Bundle {
  readonly manifest: BundleManifest;
  /** SHA-256 of the bytes of `bundle.json`, which itself holds the digests of the ONNX files. */
  readonly digest: string;
  readonly dir: string;
  /** Path of a stage's ONNX file; undefined where the bundle has no such stage. */
  file(stage: Stage): string | undefined;
}

/**
 * Reads a bundle and makes sure its files are those that `bundle.json` speaks of; no graph is opened yet.
 * Throws `bundle-missing` (folder, `bundle.json` or an ONNX file not there) and `bundle-invalid` (form or digest).
 */
export async function loadBundle(dir: string): Promise<Bundle> {
  const bundle = await readBundle(dir);
  for (const stage of stagesOf(bundle)) await verifyFile(bundle, stage);
  return bundle;
}

/** Reads `bundle.json` alone. Throws `bundle-missing` and `bundle-invalid`. */
export async function readBundle(dir: string): Promise<Bundle> {
  const root = resolve(dir);
  const bytes = await readManifestBytes(root);
  const manifest = parseManifest(bytes, join(root, 'bundle.json'));
  return {
    manifest,
    digest: createHash('sha256').update(bytes).digest('hex'),
    dir: root,
    file: (stage) => {
      const name = manifest[stage]?.file;
      return name === undefined ? undefined : join(root, name);
    },
  };
}

/** The stages a bundle has, in the order in which they run. */
export const stagesOf = ({ manifest }: Pick<Bundle, 'manifest'>): Stage[] =>
  manifest.refinement === undefined ? ['detection'] : ['detection', 'refinement'];

/** Compares a stage's file with the digest in `bundle.json`. Throws `bundle-missing` and `bundle-invalid`. */
export async function verifyFile(bundle: Bundle, stage: Stage): Promise<void> {
  const expected = bundle.manifest[stage]?.sha256;
  const path = bundle.file(stage);
  if (expected === undefined || path === undefined) return;
  const found = await hashFile(path).catch((cause: unknown) => {
    throw missing(path, `bundle.json names it as the ${stage} network`, cause);
  });
  if (found === expected) return;
  throw new H2gError({
    code: 'bundle-invalid',
    message: `${path}: its SHA-256 is ${found}, bundle.json says ${expected} (${stage}.sha256)`,
    hint: 'Copy the bundle again; if the file was changed on purpose, write its new SHA-256 and a new version into bundle.json.',
  });
}

async function readManifestBytes(root: string): Promise<Buffer> {
  const path = join(root, 'bundle.json');
  return readFile(path).catch((cause: unknown) => {
    throw missing(path, 'every model bundle has this file', cause);
  });
}

function parseManifest(bytes: Buffer, path: string): BundleManifest {
  const raw = parseJson(bytes, path);
  const parsed = BundleManifest.safeParse(raw);
  const problems = parsed.success ? orderProblems(parsed.data) : explainManifest(parsed.error, raw);
  if (parsed.success && problems.length === 0) return parsed.data;
  throw new H2gError({
    code: 'bundle-invalid',
    message: `${path}: ${problems.join('; ')}`,
    hint: 'docs/bundles.md explains every field of bundle.json and has an example to start from.',
  });
}

function parseJson(bytes: Buffer, path: string): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    const facts = {
      code: 'bundle-invalid',
      message: `${path}: this is not JSON (${cause instanceof Error ? cause.message : String(cause)})`,
      hint: 'Look for a missing comma, quote or bracket near that place.',
    } as const;
    throw new H2gError(facts, { cause });
  }
}

/** What the schema cannot say: a stacked input holds each of its two pictures once. */
function orderProblems({ refinement }: BundleManifest): string[] {
  if (refinement === undefined || !('stacked' in refinement.inputs)) return [];
  const [first, second] = refinement.inputs.stacked.order;
  return first === second
    ? [`refinement.inputs.stacked.order has "${first}" twice, expected "image" and "heatmap"`]
    : [];
}

function missing(path: string, why: string, cause: unknown): H2gError {
  const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
  const facts = {
    code: 'bundle-missing',
    message: `${path} cannot be read (${reason}); ${why}`,
    hint: 'Give the folder that holds bundle.json and its ONNX files; `h2g bundle check DIR` says what is wrong with it.',
  } as const;
  return new H2gError(facts, { cause });
}
