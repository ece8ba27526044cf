import { describe, expect, it } from 'vitest';
import { H2gError } from '../../../domain/error.ts';
import { loadConfig, loadRemoteConfig } from '../../../platform/config.ts';
import type { Environment } from '../../../platform/config-variables.ts';
import { isConfigured } from '../../../platform/server-settings.ts';

const REMOTE: Environment = {
  H2G_TEMPORAL_ADDRESS: 'temporal:7233',
  H2G_NATS_URL: 'nats://nats:4222',
  H2G_S3_ENDPOINT: 'http://minio:9000',
  H2G_S3_ACCESS_KEY: 'key',
  H2G_S3_SECRET_KEY: 'secret',
};

function refusal(env: Environment): H2gError {
  try {
    loadConfig(env);
  } catch (thrown) {
    if (thrown instanceof H2gError) return thrown;
    throw thrown;
  }
  throw new Error('it was accepted');
}

describe('loadConfig', () => {
  it('takes the local stack and safe defaults when nothing is set', () => {
    expect(loadConfig({ PATH: '/bin', AWS_ACCESS_KEY_ID: 'x', H2G_NATS_URL: '' })).toEqual({
      servers: undefined,
      providers: ['cpu'],
      detectingRuns: 16,
      bundles: [],
      natsReplicas: 1,
      detectorThreads: undefined,
      batchSeconds: 300,
      drainSeconds: 15,
      allowFileSlides: false,
      slidePrefixes: [],
      httpAddress: undefined,
      logLevel: 'info',
      home: undefined,
      cache: undefined,
    });
    expect(isConfigured({ AWS_ACCESS_KEY_ID: 'x', H2G_NATS_URL: ' ' })).toBe(false);
  });

  it('reads the servers, with defaults for what has one', () => {
    expect(loadConfig(REMOTE).servers).toEqual({
      temporal: { address: 'temporal:7233', namespace: 'default' },
      natsUrl: 'nats://nats:4222',
      s3: { endpoint: 'http://minio:9000', region: 'us-east-1', bucket: 'h2g', accessKey: 'key', secretKey: 'secret' },
    });
    expect(isConfigured(REMOTE)).toBe(true);
  });

  it('takes the keys of AWS where its own are not set', () => {
    const { H2G_S3_ACCESS_KEY: _a, H2G_S3_SECRET_KEY: _b, ...rest } = REMOTE;
    const config = loadRemoteConfig({ ...rest, AWS_ACCESS_KEY_ID: 'aws', AWS_SECRET_ACCESS_KEY: 'hush' });
    expect(config.servers.s3).toMatchObject({ accessKey: 'aws', secretKey: 'hush' });
    expect(loadConfig({ ...REMOTE, AWS_ACCESS_KEY_ID: 'aws' }).servers?.s3.accessKey).toBe('key');
  });

  const { H2G_NATS_URL: _broker, ...OF_A_COMMAND } = REMOTE;

  it.each(Object.keys(OF_A_COMMAND))('names %s when it is all that is missing', (name) => {
    const error = refusal({ ...REMOTE, [name]: undefined });
    expect(error.code).toBe('usage');
    expect(error.message).toContain(`${name} is missing`);
  });

  it('asks for the broker only where it is spoken to', () => {
    expect(loadConfig(OF_A_COMMAND).servers).toEqual({ ...loadConfig(REMOTE).servers, natsUrl: undefined });
    expect(loadRemoteConfig(REMOTE).servers.natsUrl).toBe('nats://nats:4222');
    expect(() => loadRemoteConfig(OF_A_COMMAND)).toThrow('H2G_NATS_URL is missing');
  });

  it('names everything that is missing of a part', () => {
    expect(refusal({ H2G_NATS_URL: 'nats://n:4222' }).message).toContain(
      'H2G_TEMPORAL_ADDRESS, H2G_S3_ENDPOINT, H2G_S3_ACCESS_KEY, H2G_S3_SECRET_KEY are missing',
    );
    expect(() => loadRemoteConfig({})).toThrow(/H2G_TEMPORAL_ADDRESS/);
  });

  it.each([
    ['H2G_TEMPORAL_ADDRESS', 'http://temporal:7233', 'host:port'],
    ['H2G_TEMPORAL_ADDRESS', 'temporal', 'host:port'],
    ['H2G_NATS_URL', 'localhost:4222', 'nats://'],
    ['H2G_NATS_URL', 'nats://a:4222,b:4222', 'nats://'],
    ['H2G_S3_ENDPOINT', 'minio:9000', 'http://'],
    ['H2G_S3_ENDPOINT', 's3://bucket', 'http://'],
    ['H2G_S3_BUCKET', 'My_Bucket', 'bucket name'],
    ['H2G_PROVIDERS', 'cpu,gpu', 'tensorrt, cuda, webgpu, cpu'],
    ['H2G_PROVIDERS', ',', 'H2G_PROVIDERS'],
    ['H2G_DETECTOR_THREADS', '0', '1 to 256'],
    ['H2G_DETECTOR_THREADS', '2.5', '1 to 256'],
    ['H2G_DETECTOR_THREADS', 'many', '1 to 256'],
    ['H2G_DRAIN_SECONDS', '0', '1 to 86400'],
    ['H2G_DRAIN_SECONDS', '15s', 'whole number of seconds'],
    ['H2G_ALLOW_FILE_SLIDES', 'maybe', 'true or false'],
    ['H2G_LOG_LEVEL', 'loud', 'info'],
    ['H2G_SUBMITTER', 'ä'.repeat(33), '64 bytes'],
  ])('refuses %s=%s and says what is expected', (name, value, expected) => {
    const error = refusal({ ...REMOTE, [name]: value });
    expect(error.code).toBe('usage');
    expect(error.message).toContain(name);
    expect(error.message).toContain(value);
    expect(error.message).toContain(expected);
  });

  it('shows no password of an address that is wrong', () => {
    const { message } = refusal({ ...REMOTE, H2G_NATS_URL: 'h2g:very-secret@nats:4222' });
    expect(message).toContain('H2G_NATS_URL');
    expect(message).not.toContain('very-secret');
  });

  it('takes a session token only with the keys that it belongs to', () => {
    const aws = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 's', AWS_SESSION_TOKEN: 'of-aws' };
    const { H2G_S3_ACCESS_KEY: _, H2G_S3_SECRET_KEY: __, ...withoutKeys } = REMOTE;
    expect(loadConfig({ ...withoutKeys, ...aws }).servers?.s3).toMatchObject({ sessionToken: 'of-aws' });
    expect(loadConfig({ ...REMOTE, ...aws }).servers?.s3).not.toHaveProperty('sessionToken');
    expect(loadConfig({ ...REMOTE, ...aws, H2G_S3_SESSION_TOKEN: 'own' }).servers?.s3.sessionToken).toBe('own');
  });

  it('names all wrong values at once', () => {
    const { message } = refusal({ H2G_DETECTOR_THREADS: 'x', H2G_LOG_LEVEL: 'y' });
    expect(message).toContain('H2G_DETECTOR_THREADS');
    expect(message).toContain('H2G_LOG_LEVEL');
  });

  it('reads lists, switches and numbers', () => {
    expect(
      loadConfig({
        H2G_PROVIDERS: ' cuda, cpu ',
        H2G_BUNDLES: 's3://h2g/bundles/a/, /srv/b ',
        H2G_DETECTOR_THREADS: '8',
        H2G_BATCH_SECONDS: '60',
        H2G_DRAIN_SECONDS: '90',
        H2G_ALLOW_FILE_SLIDES: 'yes',
        H2G_SLIDE_PREFIXES: 's3://slides/,file:///srv/',
      }),
    ).toMatchObject({
      providers: ['cuda', 'cpu'],
      bundles: ['s3://h2g/bundles/a/', '/srv/b'],
      detectorThreads: 8,
      batchSeconds: 60,
      drainSeconds: 90,
      allowFileSlides: true,
      slidePrefixes: ['s3://slides/', 'file:///srv/'],
    });
  });

  it('cannot be changed afterwards', () => {
    const config = loadConfig(REMOTE);
    expect(Object.isFrozen(config) && Object.isFrozen(config.servers)).toBe(true);
  });

  it.each(['nats://a:4222,nats://b:4222', 'tls://u:p@a:4222'])('accepts the cluster %s', (url) => {
    expect(loadConfig({ ...REMOTE, H2G_NATS_URL: url }).servers?.natsUrl).toBe(url);
  });
});
