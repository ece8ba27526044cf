import { describe, expect, it } from 'vitest';
import { H2gError } from '../../../domain/error.ts';
import { createLog, withoutUrlSecrets } from '../../../platform/log.ts';

function recordingLog(level: 'debug' | 'info' = 'info') {
  const lines: string[] = [];
  const log = createLog({ level, name: 'detector', destination: { write: (line: string) => void lines.push(line) } });
  const last = (): Record<string, unknown> => JSON.parse(lines.at(-1) ?? '{}') as Record<string, unknown>;
  return { log, lines, last };
}

describe('log', () => {
  it('writes fields and one event name as a JSON line', () => {
    const { log, last } = recordingLog();
    log.child({ runId: 'r1' }).info({ batch: 3, ms: 12 }, 'TileBatch:Scored');
    expect(last()).toMatchObject({ level: 'info', name: 'detector', runId: 'r1', batch: 3, event: 'TileBatch:Scored' });
  });

  it('leaves out what is below its level', () => {
    const { log, lines } = recordingLog();
    log.debug({}, 'TileSource:Refused');
    expect(lines).toEqual([]);
  });

  it('tells code, hint and causes of an error, and no other fields that libraries hang on to it', () => {
    const { log, last } = recordingLog();
    const cause = Object.assign(new Error('refused'), { $response: { headers: { authorization: 'AWS4 abc' } } });
    const error = new H2gError({ code: 'store-denied', message: 'No.', hint: 'Check.' }, { cause });
    log.error({ error }, 'Object:Refused');
    expect(last()['error']).toMatchObject({
      code: 'store-denied',
      message: 'No.',
      hint: 'Check.',
      cause: { message: 'refused' },
    });
    expect(JSON.stringify(last())).not.toContain('AWS4');
  });

  it('hides secrets by name, also a level deeper, and in the URLs of messages', () => {
    const { log, lines } = recordingLog();
    log.info(
      { secretKey: 'hush1', s3: { secretKey: 'hush2', accessKey: 'hush3' }, a: { b: { password: 'hush4' } } },
      'Config:Loaded',
    );
    log.warn({ error: new Error('cannot reach nats://me:hush5@host:4222') }, 'Nats:Refused');
    for (const secret of ['hush1', 'hush2', 'hush3', 'hush4', 'hush5']) expect(lines.join('')).not.toContain(secret);
  });

  it('keeps URLs without secrets as they are', () => {
    expect(withoutUrlSecrets('http://minio:9000/a@b and nats://u:p@h')).toBe('http://minio:9000/a@b and nats://***@h');
  });
});
