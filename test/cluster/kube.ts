import { eventually } from '../e2e/mid-run.ts';
import { run } from './cluster-tool.ts';

export const NAMESPACE = 'h2g';
export const RELEASE = 'h2g';
/** Where each pod of ours shows metrics and probes, unless values say otherwise. */
export const METRICS_PORT = 9464;

const kubectl = (...args: string[]): Promise<string> => run('kubectl', ['-n', NAMESPACE, ...args]);

export const kube = {
  run: kubectl,

  async json<T>(...args: string[]): Promise<T> {
    return JSON.parse(await kubectl(...args, '-o', 'json')) as T;
  },

  /** Names of a component's pods that are not on their way out. */
  async pods(component: string): Promise<string[]> {
    const { items } = await kube.json<{ items: { metadata: { name: string; deletionTimestamp?: string } }[] }>(
      'get',
      'pods',
      '-l',
      `app.kubernetes.io/component=${component}`,
    );
    return items
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .map(({ metadata }) => metadata.name);
  },

  async serviceAddress(service: string): Promise<string> {
    const { spec } = await kube.json<{ spec: { clusterIP: string } }>('get', 'service', service);
    return spec.clusterIP;
  },

  async secret(name: string): Promise<Record<string, string>> {
    const { data } = await kube.json<{ data: Record<string, string> }>('get', 'secret', name);
    return Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text, 'base64').toString()]));
  },

  /** Resolves when all pods of a deployment are ready. */
  rolledOut: (deployment: string): Promise<string> =>
    kubectl('rollout', 'status', `deployment/${deployment}`, '--timeout=180s'),

  podAddress: (pod: string): Promise<string> =>
    eventually(`an address of ${pod}`, async () => {
      const { status } = await kube.json<{ status: { podIP?: string } }>('get', 'pod', pod);
      return status.podIP;
    }),
};

/** Installs or upgrades the release. @param sets as `helm --set-json` has them */
export function helmUpgrade(chart: string, values: string, sets: Readonly<Record<string, unknown>>): Promise<string> {
  const place = ['-n', NAMESPACE, '-f', values, '--wait', '--timeout', '5m'];
  const more = Object.entries(sets).flatMap(([path, value]) => ['--set-json', `${path}=${JSON.stringify(value)}`]);
  return run('helm', ['upgrade', '--install', RELEASE, chart, ...place, ...more]);
}
