import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { runDemo } from '../../../apps/cli/demo/run-demo.ts';
import { fakeOutput } from './fake-output.ts';
import { temporaryFolder } from './temporary-folder.ts';

describe('h2g demo', () => {
  it('refuses a bundle before it paints a slide', async () => {
    const folder = await temporaryFolder();
    const context = { env: {}, args: [], folder, output: fakeOutput(), signal: new AbortController().signal };
    await expect(runDemo({ out: 'demo', seed: 1, bundle: 'nowhere' }, context)).rejects.toMatchObject({
      code: 'bundle-missing',
    });
    expect(await readdir(folder)).toEqual([]);
  });
});
