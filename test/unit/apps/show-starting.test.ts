import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ProgressBoard } from '../../../apps/cli/progress/progress-board.ts';
import { showStarting } from '../../../apps/cli/stack/show-starting.ts';
import { fakeOutput } from './fake-output.ts';

describe('showStarting', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is silent about servers that are standing', async () => {
    const output = fakeOutput();
    expect(await showStarting(new ProgressBoard(output), Promise.resolve('stack'))).toBe('stack');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(output.noted).toEqual([]);
  });

  it('says so when it takes a while', async () => {
    const output = fakeOutput();
    let open: (stack: string) => void = () => undefined;
    const opening = new Promise<string>((resolve) => (open = resolve));
    const shown = showStarting(new ProgressBoard(output), opening);
    await vi.advanceTimersByTimeAsync(400);
    expect(output.noted).toEqual([]);
    await vi.advanceTimersByTimeAsync(200);
    expect(output.noted).toEqual(['local servers: starting']);
    open('stack');
    expect(await shown).toBe('stack');
  });
});
