import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { baselineBundleDir } from '../../../models/shipped-bundles.ts';
import { createClassifier } from '../../../models/create-classifier.ts';
import { loadBundle } from '../../../models/load-bundle.ts';
import { noisePatches } from './noise-patches.ts';

const SYNTHETIC = fileURLToPath(new URL('../../../../shared/models/h2g-synthetic/', import.meta.url));
const ENTRY = new URL('classify-in-thread.ts', import.meta.url).href;
/** Node 20 runs no TypeScript in a thread of its own accord. */
const BOOTSTRAP = `import('tsx/esm/api').then(({ register }) => (register(), import(${JSON.stringify(ENTRY)})))`;

const COUNT = 6;

async function classifyInThread(dir: string, patches: Uint8Array): Promise<Float32Array> {
  const worker = new Worker(BOOTSTRAP, { eval: true, workerData: { dir, patches, count: COUNT } });
  const exited = once(worker, 'exit');
  const [scores] = (await once(worker, 'message')) as [Float32Array];
  await exited;
  return scores;
}

test.for([
  ['baseline', baselineBundleDir()],
  ['h2g-synthetic', SYNTHETIC],
] as const)(
  '%s gives the same bits in two runs and in two threads at once',
  { timeout: 60_000 },
  async ([, dir], { skip }) => {
    skip(!existsSync(dir), `${dir} is absent`);
    const patches = noisePatches(COUNT);
    const classifier = await createClassifier(await loadBundle(dir), { providers: ['cpu'] });
    const first = await classifier.classify(patches, COUNT);
    const second = await classifier.classify(patches, COUNT);
    const [one, two] = await Promise.all([classifyInThread(dir, patches), classifyInThread(dir, patches)]);
    await classifier.release();
    expect(new Set(first).size).toBeGreaterThan(1);
    expect([second, one, two]).toEqual([first, first, first]);
  },
);
