import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { GetObjectCommand, HeadBucketCommand, S3ServiceException } from '@aws-sdk/client-s3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createS3Client } from '../../../../platform/s3/create-s3-client.ts';
import { s3Error } from '../../../../platform/s3/s3-error.ts';

/** As MinIO answers at a port where it speaks TLS, and nginx. */
const GO = 'HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n';
const PAGE = '<html><center>The plain HTTP request was sent to HTTPS port</center></html>';
const NGINX = `HTTP/1.1 400 Bad Request\r\ncontent-type: text/html\r\nconnection: close\r\ncontent-length: ${PAGE.length}\r\n\r\n`;

async function portAnswering(answer: string): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined).once('data', () => socket.end(answer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

const COMMANDS = {
  HEAD: new HeadBucketCommand({ Bucket: 'h2g' }),
  GET: new GetObjectCommand({ Bucket: 'h2g', Key: 'a' }),
};

async function told(endpoint: string, method: keyof typeof COMMANDS): Promise<unknown> {
  const client = createS3Client({ endpoint, region: 'us-east-1', accessKey: 'a', secretKey: 'b' });
  onTestFinished(() => client.destroy());
  const thrown: unknown = await client.send(COMMANDS[method] as HeadBucketCommand).catch((error: unknown) => error);
  return s3Error(thrown, { doing: 'read', bucket: 'h2g', endpoint });
}

describe('an endpoint with the wrong scheme', () => {
  it.each([
    ['MinIO', 'HEAD', GO],
    ['MinIO', 'GET', GO],
    ['nginx', 'HEAD', NGINX],
    ['nginx', 'GET', NGINX + PAGE],
  ] as const)('is told where TLS is spoken: %s, %s', async (_, method, answer) => {
    expect(await told(`http://127.0.0.1:${await portAnswering(answer)}`, method)).toMatchObject({
      code: 'store-unreachable',
      message: expect.stringContaining('spoken to without TLS'),
      hint: expect.stringContaining('write https:// in H2G_S3_ENDPOINT'),
    });
  });

  it('is told where TLS is not spoken', async () => {
    expect(await told(`https://127.0.0.1:${await portAnswering(GO)}`, 'GET')).toMatchObject({
      code: 'store-unreachable',
      message: expect.stringContaining('does not speak TLS'),
      hint: expect.stringContaining('Write http:// in H2G_S3_ENDPOINT'),
    });
  });

  it.each([
    { name: 'InvalidArgument', $metadata: { httpStatusCode: 400 } },
    { name: 'Unknown', $metadata: { httpStatusCode: 400, requestId: '17A0' } },
  ])('is not suspected where S3 itself refuses: $name', (answer) => {
    const thrown = new S3ServiceException({ ...answer, message: 'refused', $fault: 'client' });
    const error = s3Error(thrown, { doing: 'read', bucket: 'h2g', endpoint: 'http://minio:9000' });
    expect(String(error)).not.toContain('TLS');
  });
});
