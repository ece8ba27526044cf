import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { BundleManifest } from '../../../domain/bundle.ts';

test('the example in docs/bundles.md is a bundle.json, and its table names every field', async () => {
  const page = await readFile(new URL('../../../docs/bundles.md', import.meta.url), 'utf8');
  const example = /```json\n(\{\n {2}"schema"[^`]*)```/.exec(page)?.[1] ?? '';
  const manifest = BundleManifest.parse(JSON.parse(example));
  for (const field of Object.keys(manifest.detection)) expect(page).toContain(`\`detection.${field}`);
  for (const field of ['inputs', 'output', 'sizePx', 'threshold']) expect(page).toContain(`\`refinement.${field}`);
});
