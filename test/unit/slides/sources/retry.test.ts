import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { slideError } from '../../../../slides/slide-error.ts';
import { retry } from '../../../../slides/sources/retry.ts';

/** Fails in this way each time, after so many milliseconds. */
function failing(code: 'slide-io' | 'slide-missing', afterMs = 0): { work: () => Promise<never>; tries: () => number } {
  let tries = 0;
  const work = async (): Promise<never> => {
    tries += 1;
    await sleep(afterMs);
    throw slideError(code, 'a.svs', `try ${tries}.`);
  };
  return { work, tries: () => tries };
}

it('tries again what may pass, and gives the last error', async () => {
  const { work, tries } = failing('slide-io');
  await expect(retry(work, { attempts: 3, firstDelayMs: 1 })).rejects.toThrow('a.svs try 3.');
  expect(tries()).toBe(3);
});

it.each([
  ['what will not pass', failing('slide-missing'), {}],
  ['after the time that is given', failing('slide-io', 20), { withinMs: 10 }],
  ['once it is stopped', failing('slide-io'), { signal: AbortSignal.abort() }],
])('does not try again %s', async (_, { work, tries }, options) => {
  await expect(retry(work, { attempts: 3, firstDelayMs: 1, ...options })).rejects.toThrow('a.svs try 1.');
  expect(tries()).toBe(1);
});
