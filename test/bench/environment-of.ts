import type { RemoteServers } from '../../platform/server-settings.ts';

/** The servers in the words of `platform/config.ts`. */
export const environmentOf = ({ temporal, natsUrl, s3 }: RemoteServers): Record<string, string> => ({
  H2G_TEMPORAL_ADDRESS: temporal.address,
  H2G_TEMPORAL_NAMESPACE: temporal.namespace,
  H2G_NATS_URL: natsUrl,
  H2G_S3_ENDPOINT: s3.endpoint,
  H2G_S3_REGION: s3.region,
  H2G_S3_BUCKET: s3.bucket,
  H2G_S3_ACCESS_KEY: s3.accessKey,
  H2G_S3_SECRET_KEY: s3.secretKey,
});
