import { eventually } from '../e2e/mid-run.ts';
import { run } from './cluster-tool.ts';
import { kube, RELEASE } from './kube.ts';

/** Nodes that only pretend, each with one GPU: pods are placed on them by the real scheduler and never run. */
export const PRETENDED_NODES = 50;

const COMPONENT = 'detector-pretended';

/** Detectors for them, as a site's values have them for its GPUs. */
export const pretendedDetectors = (replicas: number): Record<string, unknown> => ({
  'detectors.pretended': {
    bundles: ['s3://h2g/bundles/pretended'],
    providers: ['tensorrt', 'cuda'],
    accelerators: { 'nvidia.com/gpu': 1 },
    tolerations: [{ key: 'kwok.x-k8s.io/node', operator: 'Exists' }],
    replicas,
  },
});

interface Pods {
  items: { metadata: { deletionTimestamp?: string }; spec: { nodeName?: string }; status: { phase: string } }[];
}

/** @throws Error unless so many detectors are placed, each on a node of its own, and as many as said wait for a GPU */
export async function expectPlaced({ placed, waiting }: { placed: number; waiting: number }): Promise<string[]> {
  return eventually(`${placed} detectors with a GPU each, ${waiting} that wait`, async () => {
    const { items } = await kube.json<Pods>('get', 'pods', '-l', `app.kubernetes.io/component=${COMPONENT}`);
    const pods = items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    const nodes = pods.flatMap(({ spec }) => spec.nodeName ?? []);
    if (new Set(nodes).size !== nodes.length) throw new Error('two detectors share a GPU');
    return nodes.length === placed && pods.length - nodes.length === waiting ? nodes : undefined;
  });
}

/** Five nodes are emptied at once, with GPUs left on others; the disruption budget lets one detector go after the other. */
export async function drainFive(nodes: readonly string[]): Promise<void> {
  const drained = nodes.slice(0, 5);
  const selector = `app.kubernetes.io/instance=${RELEASE}`;
  const args = [`--pod-selector=${selector}`, '--delete-emptydir-data', '--timeout=120s'];
  await Promise.all(drained.map((node) => run('kubectl', ['drain', node, ...args])));
  const left = await expectPlaced({ placed: nodes.length, waiting: 0 });
  const stayed = left.filter((node) => drained.includes(node));
  if (stayed.length > 0) throw new Error(`detectors are still on ${stayed.join(', ')}`);
  await Promise.all(drained.map((node) => run('kubectl', ['uncordon', node])));
}
