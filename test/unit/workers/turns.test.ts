import { expect, it } from 'vitest';
import { Turns } from '../../../workers/threads/turns.ts';

const isSettled = async (promise: Promise<unknown>): Promise<boolean> =>
  Promise.race([promise.then(() => true), new Promise<boolean>((resolve) => setImmediate(() => resolve(false)))]);

it('lets so many in at once, and the others in the order in which they came', async () => {
  const turns = new Turns(2);
  const [first, second] = await Promise.all([turns.take(), turns.take()]);
  const third = turns.take();
  const fourth = turns.take();
  expect(await isSettled(third)).toBe(false);
  second();
  expect(await isSettled(third)).toBe(true);
  expect(await isSettled(fourth)).toBe(false);
  first();
  expect(await isSettled(fourth)).toBe(true);
});

it('calls nobody who has left the line', async () => {
  const turns = new Turns(1);
  const giveBack = await turns.take();
  const left = new AbortController();
  const leaving = turns.take(left.signal);
  const next = turns.take();
  left.abort(new Error('no longer'));
  await expect(leaving).rejects.toThrow('no longer');
  giveBack();
  (await next)();
  expect(await isSettled(turns.take())).toBe(true);
  await expect(turns.take(left.signal)).rejects.toThrow('no longer');
});
