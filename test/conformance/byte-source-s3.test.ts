import { createS3SourceOpener } from '../../platform/s3/open-s3-source.ts';
import { s3Url } from '../../platform/s3/s3-location.ts';
import { createS3Store } from '../../platform/s3/s3-store.ts';
import { realServer, type StoreName } from '../real-servers.ts';
import { byteSourceSuite, type ByteSourceHarness } from './byte-source.suite.ts';

async function openOn(name: StoreName): Promise<ByteSourceHarness> {
  const server = await realServer(name);
  const store = createS3Store(server.address);
  const opener = createS3SourceOpener(server.address);
  const urlOf = (key: string): URL => s3Url({ bucket: server.address.bucket, key });
  return {
    open: opener.open,
    async put(fileName, bytes) {
      await store.put(`slides/${fileName}`, bytes);
      return urlOf(`slides/${fileName}`);
    },
    missing: async () => urlOf('slides/no such slide ü.svs'),
    async close() {
      opener.close();
      store.close();
      await server.stop();
    },
  };
}

byteSourceSuite('S3 on MinIO', () => openOn('minio'));
byteSourceSuite('S3 on VersityGW', () => openOn('versitygw'));
