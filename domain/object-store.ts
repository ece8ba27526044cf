export interface ObjectFacts {
  readonly key: string;
  readonly sizeBytes: number;
  readonly etag: string;
}

/** A bucket of a plain S3 store. Throws `H2gError`s: `store-unreachable`, `store-denied`, `object-missing`, `disk-full`. */
export interface ObjectStore {
  readonly bucket: string;
  head(key: string): Promise<ObjectFacts | undefined>;
  get(key: string): Promise<Uint8Array>;
  /** As `get`; undefined only where the store says that there is no such object. */
  find(key: string): Promise<Uint8Array | undefined>;
  /** The object appears whole or not at all, as S3 promises of a PUT. */
  put(key: string, body: Uint8Array, options?: { contentType?: string }): Promise<ObjectFacts>;
  /** Uploads a file of any size in parts; nothing appears under `key` until all of it is there. */
  putFile(
    key: string,
    path: string,
    options?: { onBytes?: (sent: number) => void; signal?: AbortSignal },
  ): Promise<ObjectFacts>;
  list(prefix: string): Promise<ObjectFacts[]>;
  /** Removes it if it is there. */
  delete(key: string): Promise<void>;
}
