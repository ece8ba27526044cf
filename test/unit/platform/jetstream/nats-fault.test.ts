import { NatsError } from 'nats';
import { describe, expect, it } from 'vitest';
import { parseAckSubject } from '../../../../platform/jetstream/ack-subject.ts';
import { natsFault, queueError } from '../../../../platform/jetstream/nats-fault.ts';

function apiError(err_code: number, description = 'x'): NatsError {
  const error = new NatsError(description, '503');
  error.api_error = { code: 503, err_code, description };
  return error;
}

describe('answers of NATS', () => {
  it.each([
    [apiError(10077, 'maximum messages per subject exceeded'), 'already-there'],
    // The same code for whatever else the store refuses: taking it for "already there" would lose the batch in silence.
    [apiError(10077, 'maximum bytes exceeded'), 'disk-full'],
    [apiError(10077, 'no space left on device'), 'disk-full'],
    [apiError(10059), 'missing'],
    [apiError(10014), 'missing'],
    [apiError(10052), 'other'],
    [new NatsError('503', '503'), 'missing'],
    [new NatsError('no messages', '404'), 'empty'],
    [new NatsError('timeout', '408'), 'empty'],
    [new NatsError('consumer deleted', '409'), 'away'],
    [new NatsError('TIMEOUT', 'TIMEOUT'), 'away'],
    [new NatsError('CONNECTION_CLOSED', 'CONNECTION_CLOSED'), 'closed'],
    [new Error('no answer of NATS'), 'other'],
  ])('%s is %s', (thrown, fault) => {
    expect(natsFault(thrown)).toBe(fault);
  });

  it('become errors that say what to do', () => {
    expect(queueError(apiError(10077, 'no space left on device'), 'publish')).toMatchObject({ code: 'disk-full' });
    expect(queueError(new NatsError('TIMEOUT', 'TIMEOUT'), 'publish')).toMatchObject({
      code: 'queue-unreachable',
      retry: true,
    });
    // A purge: the run goes on by itself once there is room.
    expect(queueError(apiError(10051, 'write 2.blk: no space left on device'), 'purge')).toMatchObject({
      code: 'queue-unreachable',
      retry: true,
      hint: /Free space.*started again/s,
    });
  });
});

describe('reply subjects', () => {
  it('tell the numbers, in the short form and the long', () => {
    const numbers = { deliveries: 3, streamSequence: 42, deliverySequence: 7, storedAtMs: 1_700_000_000_000 };
    expect(parseAckSubject('$JS.ACK.H2G_TILES.stat-m.3.42.7.1700000000000000000.3')).toEqual(numbers);
    expect(parseAckSubject('$JS.ACK._.hash.H2G_TILES.stat-m.3.42.7.1700000000000000000.3.rnd')).toEqual(numbers);
  });

  it.each(['', '_INBOX.abc', '$JS.ACK.short', '$JS.ACK.a.b.c.x.y.z.w'])('refuses "%s"', (reply) => {
    expect(() => parseAckSubject(reply)).toThrow(/reply subject/);
  });
});
