/** `npm run test:cluster`: the chart, installed on a real cluster on this machine, and what happens to runs there. Skipped where no cluster can be had. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../platform/package-root.ts';
import { findClusterTool, run } from './cluster-tool.ts';
import { makeImages } from './make-images.ts';
import { PRETENDED_NODES } from './pretended-gpus.ts';
import { Steps } from './steps.ts';

const tool = findClusterTool(process.env);
if (tool.missing !== undefined) {
  process.stdout.write(`skipped: ${tool.missing}\n`);
  process.exit();
}

const cluster = join(tool.folder, 'cluster.sh');
const folder = await mkdtemp(join(tmpdir(), 'h2g-cluster-'));
const steps = new Steps();
let code: unknown = 1;
try {
  const images = await steps.take('images of what was built', () => makeImages(tool, folder));
  await steps.take('a fresh cluster', () => run(cluster, ['start']));
  await steps.take(`${PRETENDED_NODES} pretended nodes with a GPU each`, () =>
    run(cluster, ['gpu', `${PRETENDED_NODES}`]),
  );
  await steps.take('images on the node', async () => {
    for (const { tar } of images) await run(cluster, ['load', tar]);
  });
  // In the cluster's namespaces, where pods and services can be reached.
  const inside = [join(packageRoot(), 'dist/test/cluster/on-cluster.js'), ...process.argv.slice(2)];
  const child = spawn(cluster, ['in', process.execPath, '--no-warnings', ...inside], { stdio: 'inherit' });
  [code] = (await once(child, 'close')) as [unknown];
} finally {
  await run(cluster, ['stop']).catch((error: unknown) => process.stderr.write(`${String(error)}\n`));
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}
process.exitCode = code === 0 ? 0 : 1;
