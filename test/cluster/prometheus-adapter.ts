import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../../platform/package-root.ts';
import { clusterCache, run } from './cluster-tool.ts';
import { kube, METRICS_PORT, NAMESPACE } from './kube.ts';

/** Where they listen: the node's own address, which pods and services can reach. */
const NODE = '10.89.0.1';
const PROMETHEUS_PORT = 9090;
const ADAPTER_PORT = 6444;

/** Prometheus from the distribution's packages, and prometheus-adapter, a program of sigs.k8s.io/prometheus-adapter, beside the cluster's. */
export interface PrometheusAdapter {
  readonly prometheus: string;
  readonly adapter: string;
}

/** Undefined where one of them is not there. */
export function findPrometheusAdapter(env: NodeJS.ProcessEnv): PrometheusAdapter | undefined {
  const adapter = join(clusterCache(env), 'bin', 'prometheus-adapter');
  const prometheus = (env['PATH'] ?? '')
    .split(':')
    .map((folder) => join(folder, 'prometheus'))
    .find(existsSync);
  return prometheus !== undefined && existsSync(adapter) ? { prometheus, adapter } : undefined;
}

/** Both as processes of the node, which end with the cluster: what orchestrators show, and the rule that docs/operate.md has, as the cluster's external metrics. */
export async function startPrometheusAdapter(
  { prometheus, adapter }: PrometheusAdapter,
  folder: string,
): Promise<void> {
  const orchestrators = await Promise.all((await kube.pods('orchestrator')).map(kube.podAddress));
  const targets = orchestrators.map((address) => `${address}:${METRICS_PORT}`);
  const scrape = {
    global: { scrape_interval: '5s' },
    scrape_configs: [{ job_name: 'h2g', static_configs: [{ targets, labels: { namespace: NAMESPACE } }] }],
  };
  const at = (name: string): string => join(folder, name);
  await mkdir(at('tsdb'), { recursive: true });
  await writeFile(at('prometheus.yaml'), JSON.stringify(scrape));
  await writeFile(at('adapter.yaml'), await documentedRule());
  await writeFile(at('service.yaml'), JSON.stringify(SERVICE));
  const kubeconfig = process.env['KUBECONFIG'] ?? '';
  await start(prometheus, at('prometheus.log'), [
    `--config.file=${at('prometheus.yaml')}`,
    `--storage.tsdb.path=${at('tsdb')}`,
    `--web.listen-address=${NODE}:${PROMETHEUS_PORT}`,
  ]);
  await start(adapter, at('adapter.log'), [
    `--config=${at('adapter.yaml')}`,
    `--prometheus-url=http://${NODE}:${PROMETHEUS_PORT}/`,
    `--secure-port=${ADAPTER_PORT}`,
    `--cert-dir=${folder}`,
    '--metrics-relist-interval=10s',
    ...['lister', 'authentication', 'authorization'].map((use) => `--${use}-kubeconfig=${kubeconfig}`),
  ]);
  await run('kubectl', ['apply', '--server-side', '-f', at('service.yaml')]);
  await run('kubectl', ['wait', '--for=condition=Available', `apiservice/${API}`, '--timeout=120s']);
}

/** The rule of docs/operate.md, which is in the words of the values of the adapter's chart, as that chart hands it on. */
async function documentedRule(): Promise<string> {
  const text = await readFile(join(packageRoot(), 'docs/operate.md'), 'utf8');
  const rules = /```yaml\n +rules:\n +external:\n([^`]*)```/.exec(text)?.[1];
  if (rules === undefined) throw new Error('docs/operate.md has no rule for prometheus-adapter');
  return `externalRules:\n${rules}`;
}

async function start(file: string, log: string, args: string[]): Promise<void> {
  const out = await open(log, 'a');
  spawn(file, args, { stdio: ['ignore', out.fd, out.fd] }).unref();
  await out.close();
}

const API = 'v1beta1.external.metrics.k8s.io';
const NAME = { name: 'prometheus-adapter', namespace: 'default' };

/** A service of the cluster that is a process of the node, and the part of the cluster's API that it answers for. */
const SERVICE = {
  apiVersion: 'v1',
  kind: 'List',
  items: [
    { apiVersion: 'v1', kind: 'Service', metadata: NAME, spec: { ports: [{ port: 443, targetPort: ADAPTER_PORT }] } },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { ...NAME, labels: { 'kubernetes.io/service-name': NAME.name } },
      addressType: 'IPv4',
      endpoints: [{ addresses: [NODE] }],
      ports: [{ port: ADAPTER_PORT }],
    },
    {
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name: API },
      spec: {
        service: NAME,
        group: 'external.metrics.k8s.io',
        version: 'v1beta1',
        insecureSkipTLSVerify: true,
        groupPriorityMinimum: 100,
        versionPriority: 100,
      },
    },
  ],
};
