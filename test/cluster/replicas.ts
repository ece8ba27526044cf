import { setTimeout as delay } from 'node:timers/promises';
import { kube } from './kube.ts';

const LOOK_EVERY_MS = 500;

/** How many pods a deployment was asked to have, and when that was seen first, by `performance.now()`. */
export interface ReplicaCount {
  readonly replicas: number;
  readonly sinceMs: number;
}

/** Each number of replicas that a deployment is given, from now until one is that ends it. @throws Error with what was seen where that does not come */
export async function followReplicas(
  deployment: string,
  { until, patienceMs }: { until: (counts: readonly ReplicaCount[]) => boolean; patienceMs: number },
): Promise<ReplicaCount[]> {
  const counts: ReplicaCount[] = [];
  const end = performance.now() + patienceMs;
  while (!until(counts)) {
    if (performance.now() > end) throw new Error(`${deployment} had ${describe(counts)}, and no more came`);
    const { spec } = await kube.json<{ spec: { replicas: number } }>('get', 'deployment', deployment);
    if (counts.at(-1)?.replicas !== spec.replicas) counts.push({ replicas: spec.replicas, sinceMs: performance.now() });
    else await delay(LOOK_EVERY_MS);
  }
  return counts;
}

export const mostOf = (counts: readonly ReplicaCount[]): number => Math.max(...counts.map(({ replicas }) => replicas));

/** As `0, 1 after 14 s, 3 after 22 s`. */
export function describe(counts: readonly ReplicaCount[]): string {
  const [first] = counts;
  return counts
    .map(({ replicas, sinceMs }) => {
      const after = (sinceMs - (first?.sinceMs ?? 0)) / 1_000;
      return after === 0 ? `${replicas}` : `${replicas} after ${after.toFixed(0)} s`;
    })
    .join(', ');
}
