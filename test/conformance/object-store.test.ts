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
  return { store, close };
}

objectStoreSuite('S3 on MinIO', () => openOn('minio'));
objectStoreSuite('S3 on VersityGW', () => openOn('versitygw'));
