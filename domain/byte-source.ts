/** A run of bytes. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/**
 * The only thing a slide reader needs from storage: a file, an HTTP server and S3 all fit behind it.
 * `fetch` gives exactly `range.length` bytes or throws an `H2gError`: `slide-truncated` past the end, `slide-changed` when the
 * bytes are no longer those of `version`, `slide-io` when trying again may help.
 */
export interface ByteSource {
  readonly url: URL;
  readonly sizeBytes: number;
  /** Pins the content: an ETag, or a file's size and time of change. */
  readonly version: string;
  fetch(range: ByteRange, options?: { signal?: AbortSignal | undefined }): Promise<Uint8Array>;
  close(): Promise<void>;
}

export interface OpenSourceOptions {
  /** Opens only if the bytes are still of this version. */
  readonly version?: string | undefined;
  /** Ends the opening; each later `fetch` has its own. */
  readonly signal?: AbortSignal | undefined;
}

/** Opens a slide's bytes by URL. */
export type OpenByteSource = (url: URL, options?: OpenSourceOptions) => Promise<ByteSource>;

/** Bytes that were needed (compressed tiles) and bytes that were really read. */
export interface ByteCount {
  readonly needed: number;
  readonly read: number;
}

export const NO_BYTES: ByteCount = { needed: 0, read: 0 };

export const addBytes = (a: ByteCount, b: ByteCount): ByteCount => ({
  needed: a.needed + b.needed,
  read: a.read + b.read,
});
