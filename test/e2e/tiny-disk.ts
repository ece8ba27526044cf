import { execFile } from 'node:child_process';
import { mkdtemp, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A disk of its own, small enough to be filled. */
export interface TinyDisk extends AsyncDisposable {
  readonly folder: string;
  /** Leaves so much room, by a file of nothing. */
  fillUpTo(freeBytes: number): Promise<void>;
  /** Takes that file away. */
  empty(): Promise<void>;
}

/** Undefined where this account may not mount one. */
export async function mountTinyDisk(sizeBytes: number): Promise<TinyDisk | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'h2g-tiny-disk-'));
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${sizeBytes}`, 'tmpfs', folder]);
  } catch {
    await rm(folder, { recursive: true });
    return undefined;
  }
  const filler = join(folder, 'filler');
  return {
    folder,
    fillUpTo: async (freeBytes) => {
      const { bavail, bsize } = await statfs(folder);
      await writeFile(filler, new Uint8Array(Math.max(0, bavail * bsize - freeBytes)));
    },
    empty: () => rm(filler, { force: true }),
    [Symbol.asyncDispose]: async () => {
      await run('umount', ['--lazy', folder]);
      await rm(folder, { recursive: true });
    },
  };
}
