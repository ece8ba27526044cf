import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../../platform/package-root.ts';
import { clusterCache, run } from './cluster-tool.ts';
import { NAMESPACE } from './kube.ts';

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

/** Both as processes of the node, which end with the cluster, with the rule that docs/operate.md has, as the cluster's external metrics. */
export async function startPrometheusAdapter(
  { prometheus, adapter }: PrometheusAdapter,
  folder: string,
): Promise<void> {
  const scrape = {
    global: { scrape_interval: '5s' },
    scrape_configs: [
      {
        job_name: 'h2g',
        kubernetes_sd_configs: [
          { role: 'pod', kubeconfig_file: process.env['KUBECONFIG'], namespaces: { names: [NAMESPACE] } },
        ],
        relabel_configs: [
          { source_labels: ['__meta_kubernetes_pod_container_port_name'], regex: 'metrics', action: 'keep' },
          { source_labels: ['__meta_kubernetes_namespace'], target_label: 'namespace' },
          { source_labels: ['__meta_kubernetes_pod_name'], target_label: 'pod' },
        ],
      },
    ],
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

/** The first YAML of docs/operate.md that begins with `rules:`, as a reader copies it. */
async function documentedRule(): Promise<string> {
  const text = await readFile(join(packageRoot(), 'docs/operate.md'), 'utf8');
  const found = /```yaml\n( *rules:\n[^`]*)```/.exec(text)?.[1];
  if (found === undefined) throw new Error('docs/operate.md has no rule for prometheus-adapter');
  const indent = /^ */.exec(found)?.[0].length ?? 0;
  return found.replaceAll(new RegExp(`^ {${indent}}`, 'gm'), '');
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
