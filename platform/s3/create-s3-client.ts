import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { S3Client } from '@aws-sdk/client-s3';
import type { S3Settings } from '../server-settings.ts';

/** A detector reads a batch in a dozen ranges, several batches at once; more sockets than this only queue in the store. */
const SOCKETS = { keepAlive: true, maxSockets: 64 };
const CONNECT_TIMEOUT_MS = 3_000;
/** A store that says nothing for so long is taken for dead. */
const IDLE_TIMEOUT_MS = 20_000;
const ATTEMPTS = 3;

/**
 * A client for any store that speaks plain S3: buckets in the path, and no checksum trailers, which older and smaller stores
 * do not know. Transport faults are tried again `ATTEMPTS` times by the SDK, with its back-off.
 */
export const createS3Client = (
  { endpoint, region, accessKey, secretKey, sessionToken }: Omit<S3Settings, 'bucket'>,
  { idleTimeoutMs = IDLE_TIMEOUT_MS }: { idleTimeoutMs?: number } = {},
): S3Client =>
  new S3Client({
    endpoint,
    region,
    credentials: { accessKeyId: accessKey, secretAccessKey: secretKey, ...(sessionToken && { sessionToken }) },
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: ATTEMPTS,
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT_MS,
      socketTimeout: idleTimeoutMs,
      httpAgent: new HttpAgent(SOCKETS),
      httpsAgent: new HttpsAgent(SOCKETS),
    },
  });
