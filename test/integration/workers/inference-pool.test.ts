import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { packageRoot } from '../../../platform/package-root.ts';
import { writeSlowBundle } from '../../fixtures/slow-bundle.ts';

test('who lets go of a network in the middle of its work, or closes its threads then, goes on living', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'h2g-inference-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const bundle = await writeSlowBundle(join(folder, 'bundle'), { windowPx: 61 });
  const program = join(packageRoot(), 'test/fixtures/abort-inference.mjs');
  const { stdout } = await promisify(execFile)(process.execPath, [program, bundle, '6']);
  const { aborted, refused, scores } = JSON.parse(stdout) as Record<'aborted' | 'refused' | 'scores', number>;
  expect(aborted).toBeGreaterThan(0);
  // Two that were asked as it closed, one that waited behind another.
  expect(refused).toBe(3);
  expect(scores).toBe(1);
});
