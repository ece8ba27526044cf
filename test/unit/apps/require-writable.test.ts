import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { requireWritable } from '../../../apps/cli/run/require-writable.ts';
import { temporaryFolder } from './temporary-folder.ts';

describe('requireWritable', () => {
  it('leaves nothing behind where folders can be made', async () => {
    const folder = await temporaryFolder();
    await requireWritable(join(folder, 'deep/er'));
    expect(await readdir(folder)).toEqual([]);
  });

  // Only Linux has it: a folder with all rights in which nothing can be made.
  it.runIf(process.platform === 'linux')('refuses /proc, where making a folder would never end', async () => {
    await expect(requireWritable('/proc/x')).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('/proc/x cannot be written'),
    });
  });

  it('refuses a place below a file', async () => {
    const folder = await temporaryFolder({ file: '' });
    await expect(requireWritable(join(folder, 'file/out'))).rejects.toMatchObject({ code: 'usage' });
  });
});
