import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { baselineFiles } from '../../../../models/baseline/baseline-files.ts';
import { baselineBundleDir } from '../../../../models/shipped-bundles.ts';
import { loadBundle } from '../../../../models/load-bundle.ts';

test('the files in git are those that the script makes', async () => {
  const dir = baselineBundleDir();
  const inGit = (await readdir(dir)).filter((name) => !name.endsWith('.ts'));
  const made = baselineFiles();
  expect(inGit.toSorted()).toEqual(Object.keys(made).toSorted());
  for (const [name, bytes] of Object.entries(made)) {
    expect(
      Buffer.compare(await readFile(join(dir, name)), bytes),
      `${name}: npx tsx models/baseline/make-baseline.ts`,
    ).toBe(0);
  }
});

test('it is small and says that it is not for diagnosis', async () => {
  const { manifest } = await loadBundle(baselineBundleDir());
  expect(manifest).toMatchObject({ id: 'baseline', version: '1.0.0', licence: 'MIT' });
  expect(manifest.intendedUse).toContain('Not for diagnosis');
  const sizes = Object.values(baselineFiles()).map((bytes) => bytes.length);
  expect(Math.max(...sizes)).toBeLessThan(5000);
});
