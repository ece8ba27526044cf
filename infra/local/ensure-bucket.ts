import type { Credentials } from './servers/server-definition.ts';

export interface S3Address extends Credentials {
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
}

const ALREADY_THERE = new Set(['BucketAlreadyOwnedByYou', 'BucketAlreadyExists']);

/** Makes the bucket if it is not there. The client is loaded here, since it takes longer than the servers take to start. */
export async function ensureBucket({ endpoint, region, bucket, ...keys }: S3Address): Promise<void> {
  const { S3Client, CreateBucketCommand } = await import('@aws-sdk/client-s3');
  const credentials = { accessKeyId: keys.accessKey, secretAccessKey: keys.secretKey };
  const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  try {
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
  } catch (error) {
    if (!(error instanceof Error && ALREADY_THERE.has(error.name))) throw error;
  } finally {
    client.destroy();
  }
}
