import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  NoSuchKey,
  paginateListObjectsV2,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { H2gError } from '../../domain/error.ts';
import type { ObjectFacts, ObjectStore } from '../../domain/object-store.ts';
import type { S3Settings } from '../server-settings.ts';
import { createS3Client } from './create-s3-client.ts';
import { hasStatus, headObject, unquoted } from './head-object.ts';
import { s3Error, type S3Attempt } from './s3-error.ts';

export interface S3Store extends ObjectStore {
  /** Makes the bucket if it is not there. */
  ensureBucket(): Promise<void>;
  /** Lets go of the connections. */
  close(): void;
}

/** S3 allows 10,000 parts of at least 5 MiB; few large ones cost memory, many small ones time. */
const MAX_PARTS = 10_000;
const MIN_PART_BYTES = 8 * 1024 * 1024;
const PARTS_AT_ONCE = 4;
/** A store on a file system joins the parts by copying them, and says nothing until it has: minutes for a slide of many gigabytes. */
const JOINING_TIMEOUT_MS = 600_000;

/** @throws H2gError `store-unreachable`, `store-denied`, `object-missing`, `disk-full` */
export function createS3Store(settings: S3Settings): S3Store {
  const client = createS3Client(settings);
  const uploads = createS3Client(settings, { idleTimeoutMs: JOINING_TIMEOUT_MS });
  return storeOf({ client, uploads }, settings);
}

function storeOf(
  { client, uploads }: { client: S3Client; uploads: S3Client },
  { bucket, endpoint }: S3Settings,
): S3Store {
  const attempt = async <T>(doing: S3Attempt['doing'], key: string | undefined, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (thrown) {
      throw s3Error(thrown, { doing, bucket, endpoint, ...(key === undefined ? {} : { key }) });
    }
  };

  const head = (key: string): Promise<ObjectFacts | undefined> =>
    attempt('read', key, () => headObject(client, { bucket, key }));

  const remove = (key: string): Promise<void> =>
    attempt('delete', key, async () => {
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
    });

  /** The facts of what was just written; it must be there, and whole. */
  const written = async (key: string, sizeBytes: number): Promise<ObjectFacts> => {
    const facts = await head(key);
    if (facts?.sizeBytes === sizeBytes) return facts;
    throw new H2gError({
      code: 'store-unreachable',
      message: `"${key}" was written with ${sizeBytes} bytes, but the store at ${endpoint} now has ${facts?.sizeBytes ?? 'none of them'}.`,
      hint: 'Look for another program that writes under this key, then try again.',
    });
  };

  return {
    bucket,
    head,
    delete: remove,

    find: (key) =>
      attempt('read', key, () =>
        getObject(client, { bucket, key }).catch((thrown: unknown) => {
          if (thrown instanceof NoSuchKey) return undefined;
          throw thrown;
        }),
      ),

    get: (key) => attempt('read', key, () => getObject(client, { bucket, key })),

    /** Signed over all its bytes, so that a store refuses what was cut on its way: unsigned, VersityGW keeps the half that came. */
    put: (key, body, { contentType: ContentType = 'application/octet-stream' } = {}) =>
      attempt('write', key, async () => {
        const object = { Bucket: bucket, Key: key, Body: body, ContentLength: body.length, ContentType };
        const { ETag } = await client.send(new PutObjectCommand(object));
        return { key, sizeBytes: body.length, etag: unquoted(ETag) };
      }),

    /** A multipart upload becomes visible only when it is completed, and a small single one when its last byte is in. */
    async putFile(key, path, { onBytes, signal } = {}) {
      signal?.throwIfAborted();
      const size = await sizeOfFile(path);
      await attempt('write', key, async () => {
        const upload = new Upload({
          client: uploads,
          params: { Bucket: bucket, Key: key, Body: createReadStream(path), ContentType: 'application/octet-stream' },
          partSize: Math.max(MIN_PART_BYTES, Math.ceil(size / (MAX_PARTS - 1))),
          queueSize: PARTS_AT_ONCE,
          leavePartsOnError: false,
        });
        upload.on('httpUploadProgress', ({ loaded }) => onBytes?.(loaded ?? 0));
        const stop = (): void => void upload.abort();
        signal?.addEventListener('abort', stop, { once: true });
        await upload.done().finally(() => signal?.removeEventListener('abort', stop));
      });
      return written(key, size).catch(async (thrown: unknown) => {
        // The file was cut or grew while it was read: what was stored is neither the one nor the other.
        await remove(key);
        throw thrown;
      });
    },

    list: (prefix) =>
      attempt('list', prefix, async () => {
        const facts: ObjectFacts[] = [];
        for await (const { Contents } of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix }))
          for (const { Key, Size, ETag } of Contents ?? [])
            if (Key !== undefined) facts.push({ key: Key, sizeBytes: Size ?? 0, etag: unquoted(ETag) });
        return facts;
      }),

    ensureBucket: () =>
      attempt('make', undefined, async () => {
        try {
          await client.send(new HeadBucketCommand({ Bucket: bucket }));
        } catch (thrown) {
          if (!hasStatus(thrown, 404)) throw thrown;
          await makeBucket(client, bucket);
        }
      }),

    close: () => {
      client.destroy();
      uploads.destroy();
    },
  };
}

async function getObject(client: S3Client, { bucket, key }: { bucket: string; key: string }): Promise<Uint8Array> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return (await Body?.transformToByteArray()) ?? new Uint8Array();
}

async function sizeOfFile(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (cause) {
    throw new H2gError(
      {
        code: 'usage',
        message: `The file "${path}" cannot be read: ${cause instanceof Error ? cause.message : String(cause)}.`,
        hint: 'Check its name and whether you may read it.',
      },
      { cause },
    );
  }
}

/** Another process may make it in the same moment. */
async function makeBucket(client: S3Client, bucket: string): Promise<void> {
  try {
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
  } catch (thrown) {
    if (!(thrown instanceof Error) || !/^Bucket(AlreadyOwnedByYou|AlreadyExists)$/.test(thrown.name)) throw thrown;
  }
}
