import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { World } from './world.ts';

/** What a site takes at one moment. */
export interface Sample {
  readonly atMs: number;
  /** Resident memory of each process, by its name; a process that is young has little. */
  readonly memoryMb: Readonly<Record<string, number>>;
  /** Of each server's data, by its name. */
  readonly diskMb: Readonly<Record<string, number>>;
}

const MB = 1_048_576;

export async function sampleWorld({ victims, dataDirs }: World): Promise<Sample> {
  const memory = victims.map(async ({ name, pid }) => [name, pid === undefined ? 0 : await residentMb(pid)] as const);
  const disk = Object.entries(dataDirs).map(async ([name, dir]) => [name, await folderMb(dir)] as const);
  return {
    atMs: Date.now(),
    memoryMb: Object.fromEntries(await Promise.all(memory)),
    diskMb: Object.fromEntries(await Promise.all(disk)),
  };
}

async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Math.round(Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1_024);
}

/** A server writes meanwhile: what is gone when it is looked at counts nothing. */
async function folderMb(dir: string): Promise<number> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      stat(join(entry.parentPath, entry.name)).then(
        ({ size }) => size,
        () => 0,
      ),
    );
  return Math.round((await Promise.all(sizes)).reduce((sum, size) => sum + size, 0) / MB);
}
