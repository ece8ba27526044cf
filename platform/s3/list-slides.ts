import { H2gError } from '../../domain/error.ts';
import { OWN_PREFIXES } from '../../domain/keys.ts';
import type { RunSpec } from '../../domain/run-spec.ts';
import { slidesAmong } from '../../domain/slides-among.ts';
import type { S3Settings } from '../server-settings.ts';
import { prefixLocation, s3Url } from './s3-location.ts';
import { createS3Store } from './s3-store.ts';

/**
 * Slides below an `s3:` prefix in any bucket of the store, found by their endings, sorted by key. What this program itself writes into its
 * bucket is not among them.
 * @throws H2gError `slide-missing` where there is no such bucket, `store-denied`, `store-unreachable`, `usage`
 */
export async function listSlides(settings: S3Settings, prefix: URL): Promise<RunSpec['slide'][]> {
  const { bucket, key: start } = prefixLocation(prefix);
  const store = createS3Store({ ...settings, bucket });
  try {
    const isOwn = (key: string): boolean =>
      bucket === settings.bucket && OWN_PREFIXES.some((own) => key.startsWith(own));
    const objects = (await store.list(start).catch(asMissing(bucket))).filter(({ key }) => !isOwn(key));
    const facts = new Map(objects.map((object) => [object.key.slice(start.length), object]));
    return slidesAmong([...facts.keys()]).slides.flatMap((path) => {
      const object = facts.get(path);
      if (object === undefined) return [];
      const { key, sizeBytes, etag } = object;
      return [
        { url: s3Url({ bucket, key }).href, name: path.slice(path.lastIndexOf('/') + 1), sizeBytes, version: etag },
      ];
    });
  } finally {
    store.close();
  }
}

/** To list an empty prefix is no error, so nothing but the bucket can be missing. */
const asMissing =
  (bucket: string) =>
  (thrown: unknown): never => {
    if (!(thrown instanceof H2gError) || thrown.code !== 'object-missing') throw thrown;
    throw new H2gError(
      {
        code: 'slide-missing',
        message: `There is no bucket "${bucket}" in the store.`,
        hint: 'Check its name; upper and lower case differ.',
      },
      { cause: thrown },
    );
  };
