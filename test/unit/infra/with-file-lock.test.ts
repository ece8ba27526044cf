import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { withFileLock } from '../../../infra/local/provision/with-file-lock.ts';

const folder = mkdtempSync(join(tmpdir(), 'h2g-lock-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const forever = new AbortController().signal;

function newPath(name: string): string {
  const path = join(folder, name);
  mkdirSync(path);
  return path;
}

describe('a file lock', () => {
  it('lets one in at a time', async () => {
    const path = newPath('one');
    let inside = 0;
    let most = 0;
    const visit = async (): Promise<void> => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
    };
    await Promise.all([1, 2, 3].map(() => withFileLock(path, forever, visit)));
    expect(most).toBe(1);
  });

  it('is let go when the work fails', async () => {
    const path = newPath('fails');
    const failing = withFileLock(path, forever, () => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
    expect(await withFileLock(path, forever, async () => 'in')).toBe('in');
  });

  it('of a killed process is taken over', async () => {
    const path = newPath('stale');
    mkdirSync(`${path}.lock`);
    utimesSync(`${path}.lock`, new Date(0), new Date(0));
    expect(await withFileLock(path, forever, async () => 'in')).toBe('in');
  });

  it('that was lost in a long sleep does not take the work’s result away', async () => {
    const path = newPath('slept');
    const result = await withFileLock(path, forever, async () => {
      // Somebody else thought us dead. The next look at the lock, within a second, finds that.
      rmSync(`${path}.lock`, { recursive: true });
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      return 'done';
    });
    expect(result).toBe('done');
    expect(readdirSync(path)).toEqual([]);
  });

  it('is not waited for any longer than wanted', async () => {
    const path = newPath('waits');
    const ending = new AbortController();
    await withFileLock(path, forever, async () => {
      const waiting = withFileLock(path, ending.signal, async () => 'in');
      ending.abort(new Error('enough'));
      await expect(waiting).rejects.toThrow(/enough|aborted/);
    });
  });
});
