import { execFile } from 'node:child_process';
import { chmod, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { DownloadFailure } from './download-file.ts';
import type { ProvisionTask } from './provision-server.ts';

/** Unpacks a verified archive beside the target and moves the binary into place in one step; the archive may hold it in a folder. */
export async function extractBinary(archive: string, { target, signal }: ProvisionTask): Promise<void> {
  const folder = join(dirname(target), 'unpacked');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  try {
    await promisify(execFile)('tar', ['-xzf', archive, '-C', folder], { signal });
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const binary = entries.find((entry) => entry.isFile() && entry.name === basename(target));
    if (binary === undefined) throw new DownloadFailure(`${basename(archive, '.part')} holds no ${basename(target)}`);
    const path = join(binary.parentPath, binary.name);
    await chmod(path, 0o755);
    await rename(path, target);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
