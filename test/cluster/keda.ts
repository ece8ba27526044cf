import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { clusterCache, run } from './cluster-tool.ts';

const MODULE = 'github.com/kedacore/keda/v2@v2.21.0';

/** KEDA: its programs, as the cluster's tool builds them on request, and the manifests of the module that they were built from. */
export interface Keda {
  /** By the images that the manifests name, and the path that these start. */
  readonly programs: readonly { image: string; path: string; file: string }[];
  readonly manifests: string;
}

/** Undefined where it was not built. */
export function findKeda(env: NodeJS.ProcessEnv): Keda | undefined {
  const modules = env['GOMODCACHE'] ?? join(env['GOPATH'] ?? join(homedir(), 'go'), 'pkg/mod');
  const manifests = join(modules, MODULE, 'config/minimal');
  const programs = [
    { image: 'ghcr.io/kedacore/keda:main', path: 'keda', file: 'keda-operator' },
    { image: 'ghcr.io/kedacore/keda-metrics-apiserver:main', path: 'keda-adapter', file: 'keda-adapter' },
  ].map((program) => ({ ...program, file: join(clusterCache(env), 'bin', program.file) }));
  return [manifests, ...programs.map(({ file }) => file)].every((path) => existsSync(path))
    ? { programs, manifests }
    : undefined;
}

/** Installs it by its own manifests, and waits until it answers. @returns what takes it away again, since a cluster has one source of external metrics */
export async function installKeda({ manifests }: Keda, folder: string): Promise<() => Promise<unknown>> {
  const file = join(folder, 'keda.yaml');
  const text = await run('kubectl', ['kustomize', manifests]);
  await writeFile(file, text.replaceAll('imagePullPolicy: Always', 'imagePullPolicy: Never'));
  await run('kubectl', ['apply', '--server-side', '-f', file]);
  for (const deployment of ['keda-operator', 'keda-metrics-apiserver'])
    await run('kubectl', ['-n', 'keda', 'rollout', 'status', `deployment/${deployment}`, '--timeout=180s']);
  const api = 'apiservice/v1beta1.external.metrics.k8s.io';
  await run('kubectl', ['wait', '--for=condition=Available', api, '--timeout=120s']);
  return () => run('kubectl', ['delete', '-f', file]);
}
