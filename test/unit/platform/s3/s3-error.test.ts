import { S3ServiceException } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { H2gError } from '../../../../domain/error.ts';
import { s3Error } from '../../../../platform/s3/s3-error.ts';

const ATTEMPT = { doing: 'write', bucket: 'h2g', key: 'runs/a/plan.json', endpoint: 'http://minio:9000' } as const;
const answer = (name: string, httpStatusCode: number): S3ServiceException =>
  new S3ServiceException({ name, message: name, $fault: 'server', $metadata: { httpStatusCode } });
const minioFull = new S3ServiceException({
  name: 'InternalError',
  message: 'We encountered an internal error, please try again.: cause(no space left on device)',
  $fault: 'server',
  $metadata: { httpStatusCode: 500 },
});
const network = (code: string): Error => Object.assign(new Error(code), { code });

describe('faults of a store', () => {
  it.each([
    [answer('InvalidAccessKeyId', 403), 'store-denied'],
    [answer('SignatureDoesNotMatch', 403), 'store-denied'],
    [answer('XAdminUserNotFound', 404), 'store-denied'],
    [answer('Forbidden', 403), 'store-denied'],
    [answer('NoSuchKey', 404), 'object-missing'],
    [answer('NotFound', 404), 'object-missing'],
    [answer('PreconditionFailed', 412), 'object-changed'],
    [answer('XMinioStorageFull', 507), 'disk-full'],
    [answer('Strange', 507), 'disk-full'],
    [minioFull, 'disk-full'],
    [answer('InternalError', 500), 'store-unreachable'],
    [network('ENOSPC'), 'disk-full'],
    [network('ECONNREFUSED'), 'store-unreachable'],
    [network('ECONNRESET'), 'store-unreachable'],
    [new AggregateError([network('ECONNREFUSED')]), 'store-unreachable'],
    [new Error('wrapped', { cause: network('ENOSPC') }), 'disk-full'],
    [answer('SlowDown', 503), 'store-unreachable'],
    [new Error('never seen'), 'store-unreachable'],
  ])('%s is %s', (thrown, code) => {
    const error = s3Error(thrown, ATTEMPT);
    expect(error).toBeInstanceOf(H2gError);
    expect(error).toMatchObject({ code, message: expect.stringContaining('runs/a/plan.json'), cause: thrown });
  });

  it('gives the status where an answer has no name, as those to HEAD', () => {
    expect(s3Error(answer('Unknown', 403), ATTEMPT)).toMatchObject({ message: expect.stringMatching(/: HTTP 403\.$/) });
  });

  it('leaves an abort and an error that is told already as they are', () => {
    const abort = new DOMException('stopped', 'AbortError');
    const told = new H2gError({ code: 'slide-changed', message: 'm', hint: 'h' });
    expect(s3Error(abort, ATTEMPT)).toBe(abort);
    expect(s3Error(told, ATTEMPT)).toBe(told);
  });
});
