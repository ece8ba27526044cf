import { describe, followReplicas, mostOf } from './replicas.ts';

const COOLDOWN_SECONDS = 45;
/** How often the autoscaler looks whether anything waits at all, as the chart sets it. */
const LOOK_SECONDS = 15;
const MOST = 4;

/** Values by which detectors of a model come and go, so small that a run of half a minute asks for several. */
export const scaledBy = (by: 'keda' | 'hpa', model: string): Record<string, unknown> => ({
  startupSeconds: COOLDOWN_SECONDS - 5,
  autoscaling: {
    by,
    models: [model],
    min: by === 'keda' ? 0 : 1,
    max: MOST,
    cellsPerReplica: 96,
    cooldownSeconds: COOLDOWN_SECONDS,
  },
});

/**
 * Detectors before, in and after a run: the fewest, several, and the fewest again, not before the cooldown.
 * @returns what was seen
 * @throws Error with what was seen where it is something else
 */
export async function tryScaling(
  deployment: string,
  { fewest, run }: { fewest: number; run: () => Promise<unknown> },
): Promise<string> {
  const isLast = (counts: readonly { replicas: number }[]): boolean => counts.at(-1)?.replicas === fewest;
  await followReplicas(deployment, { until: isLast, patienceMs: 180_000 });
  let overMs: number | undefined;
  const [counts] = await Promise.all([
    followReplicas(deployment, { until: (seen) => overMs !== undefined && isLast(seen), patienceMs: 400_000 }),
    run().then(() => (overMs = performance.now())),
  ]);
  const seen = describe(counts);
  if (mostOf(counts) <= Math.max(1, fewest) || mostOf(counts) > MOST) throw new Error(`not several detectors: ${seen}`);
  const waited = ((counts.at(-1)?.sinceMs ?? 0) - (overMs ?? 0)) / 1_000;
  if (waited < COOLDOWN_SECONDS - 2 * LOOK_SECONDS)
    throw new Error(`they were taken away ${waited.toFixed(0)} s after the run: ${seen}`);
  return `${seen}; the run was over ${waited.toFixed(0)} s before the last`;
}
