import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { runIdentity, type RunSpec } from '../domain/run-spec.ts';

const ID_DIGITS = 20;

/** Lower-case hexadecimal SHA-256; text is taken as UTF-8. */
export const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

/** SHA-256 of a file of any size, read once and never held as a whole. @throws the file system's own error */
export async function sha256OfFile(path: string, options: { signal?: AbortSignal } = {}): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash, options);
  return hash.digest('hex');
}

/** The same slide, bundle and options are the same run. @returns 20 hexadecimal digits */
export const runIdOf = (spec: RunSpec): string => sha256(runIdentity(spec)).slice(0, ID_DIGITS);

/** The same slides are the same cohort, whatever their order. @param slides run ids, or the addresses of slides that were refused */
export const cohortIdOf = (slides: readonly string[]): string =>
  sha256(JSON.stringify(['h2g-cohort/1', slides.toSorted()])).slice(0, ID_DIGITS);

/** The same prefix, bundle and options are the same watch. */
export const watchIdOf = (prefix: URL, { bundle, options }: Pick<RunSpec, 'bundle' | 'options'>): string => {
  const slide = { url: prefix.href, name: 'watch', sizeBytes: 0, version: 'watch' };
  return sha256(JSON.stringify(['h2g-watch/1', runIdentity({ slide, bundle, options })])).slice(0, ID_DIGITS);
};
