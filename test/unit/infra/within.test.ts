import { describe, expect, it } from 'vitest';
import { within } from '../../../infra/local/within.ts';

const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

describe('a limit on a request', () => {
  it('ends what takes too long, and says so', async () => {
    const never = new AbortController().signal;
    await expect(within(20, never, untilAborted)).rejects.toThrow('no answer within 0.02 s');
  });

  it('ends with the signal that was given, for its reason', async () => {
    const stopped = AbortSignal.abort(new Error('stopped'));
    await expect(within(60_000, stopped, async (signal) => signal.throwIfAborted())).rejects.toThrow('stopped');
  });

  it('leaves an answer in time as it is', async () => {
    await expect(within(60_000, new AbortController().signal, async () => 7)).resolves.toBe(7);
  });
});
