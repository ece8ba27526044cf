import { Readable } from 'node:stream';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { S3Address } from '../../infra/local/ensure-bucket.ts';
import { createS3Client } from '../../platform/s3/create-s3-client.ts';
import { createS3Store } from '../../platform/s3/s3-store.ts';
import { realServer, type StoreName } from '../real-servers.ts';
import { objectStoreSuite, type OpenedStore } from './object-store.suite.ts';

async function openOn(name: StoreName): Promise<OpenedStore> {
  const server = await realServer(name);
  const store = createS3Store(server.address);
  await store.ensureBucket();
  const close = async (): Promise<void> => {
    store.close();
    await server.stop();
  };
  return { store, putHalf: (key, sizeBytes) => putHalf(server.address, { key, sizeBytes }), close };
}

/** The half has long arrived by then. */
const CUT_AFTER_MS = 500;

/** Signed as a whole and sent in part: a body that the SDK sees as a stream would not be signed. */
async function putHalf(address: S3Address, { key, sizeBytes }: { key: string; sizeBytes: number }): Promise<void> {
  const client = createS3Client(address);
  client.middlewareStack.add(
    (next) => (args) =>
      next({ ...args, request: Object.assign(args.request ?? {}, { body: stalling(sizeBytes / 2) }) }),
    { step: 'deserialize', priority: 'low' },
  );
  try {
    const object = { Bucket: address.bucket, Key: key, Body: new Uint8Array(sizeBytes), ContentLength: sizeBytes };
    await client.send(new PutObjectCommand(object), { abortSignal: AbortSignal.timeout(CUT_AFTER_MS) });
  } finally {
    client.destroy();
  }
}

/** So many bytes, and then nothing more, nor an end. */
const stalling = (sizeBytes: number): Readable => {
  let sent = false;
  return new Readable({
    read() {
      if (!sent) this.push(Buffer.alloc(sizeBytes));
      sent = true;
    },
  });
};

objectStoreSuite('S3 on MinIO', () => openOn('minio'));
objectStoreSuite('S3 on VersityGW', () => openOn('versitygw'));
