/** Bundles the workflows at build time: at start it would cost each orchestrator a second. */
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const { code } = await bundleWorkflowCode({
  workflowsPath: here('../../workflows/index.js'),
  workflowInterceptorModules: [here('../../workflows/pass-trace.js')],
  logger: new DefaultLogger('WARN'),
});
const target = here('../../workflow-bundle.js');
await mkdir(here('../..'), { recursive: true });
await writeFile(`${target}.new`, code);
await rename(`${target}.new`, target);
