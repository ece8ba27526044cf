import { GetObjectCommand, HeadObjectCommand, NoSuchKey, S3ServiceException, type S3Client } from '@aws-sdk/client-s3';
import type { ObjectFacts } from '../../domain/object-store.ts';

/** ETags are compared without the quotes that HTTP puts around them. */
export const unquoted = (etag: string | undefined): string => (etag ?? '').replaceAll('"', '');

/**
 * Size and ETag of an object, undefined only where the store says that there is no such key.
 * @throws what the SDK throws
 */
export async function headObject(
  client: S3Client,
  { bucket, key }: { bucket: string; key: string },
  signal?: AbortSignal,
): Promise<ObjectFacts | undefined> {
  const place = { Bucket: bucket, Key: key };
  const sending = signal === undefined ? {} : { abortSignal: signal };
  for (;;) {
    try {
      const { ContentLength, ETag } = await client.send(new HeadObjectCommand(place), sending);
      return { key, sizeBytes: ContentLength ?? 0, etag: unquoted(ETag) };
    } catch (thrown) {
      if (!hasStatus(thrown, 404)) throw thrown;
      if (await isMissing(client, place, sending)) return undefined;
    }
  }
}

/**
 * The answer to HEAD has no body to say what is not found, and VersityGW says 404 to an unknown access key too. So the one is asked that
 * has a body. False where the object has come meanwhile.
 */
async function isMissing(
  client: S3Client,
  place: { Bucket: string; Key: string },
  sending: { abortSignal?: AbortSignal },
): Promise<boolean> {
  try {
    const { Body } = await client.send(new GetObjectCommand({ ...place, Range: 'bytes=0-0' }), sending);
    await Body?.transformToByteArray();
    return false;
  } catch (thrown) {
    if (thrown instanceof NoSuchKey) return true;
    // An empty object has no first byte.
    if (hasStatus(thrown, 416)) return false;
    throw thrown;
  }
}

/** Whether an HTTP answer with this status was given, whatever it was called. */
export const hasStatus = (thrown: unknown, status: number): boolean =>
  thrown instanceof S3ServiceException && thrown.$metadata.httpStatusCode === status;
