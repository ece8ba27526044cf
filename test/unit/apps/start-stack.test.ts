import { expect, it } from 'vitest';
import { addressLines } from '../../../apps/cli/stack/start-stack.ts';

it('h2g up shows where servers and keys are, and no key', () => {
  const addresses = {
    temporal: '127.0.0.1:7233',
    temporalUi: 'http://127.0.0.1:8233',
    nats: 'nats://127.0.0.1:4222',
    s3: {
      endpoint: 'http://127.0.0.1:9000',
      region: 'us-east-1',
      bucket: 'h2g',
      accessKey: 'key-of-the-store',
      secretKey: 'secret-of-the-store',
    },
  };
  const text = addressLines(addresses, '/home/me/s3-credentials.json').join('\n');
  for (const shown of ['127.0.0.1:7233', 'bucket h2g', '/home/me/s3-credentials.json']) expect(text).toContain(shown);
  expect(text).not.toMatch(/key-of-the-store|secret-of-the-store/);
});
