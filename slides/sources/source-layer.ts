import type { ByteSource } from '../../domain/byte-source.ts';

/** Something that every source may wear: the same shape outside and inside, so layers go in any order. */
export type SourceLayer = (source: ByteSource) => ByteSource;

/** The source with another way to fetch; all else is passed through. */
export const withFetch = (source: ByteSource, fetch: ByteSource['fetch']): ByteSource => ({
  url: source.url,
  sizeBytes: source.sizeBytes,
  version: source.version,
  fetch,
  close: () => source.close(),
});
