import type { ActivityTools } from '../activities/ports.ts';
import { packageManifest } from '../platform/package-root.ts';

const MAKES_RESULTS = ['onnxruntime-node', 'sharp', '@temporalio/worker', 'nats'] as const;

/** Versions of what makes the results, for the report. */
export function describeSoftware(): ActivityTools['software'] {
  const { version, dependencies } = packageManifest();
  const pinned = MAKES_RESULTS.map((name) => [name, dependencies[name] ?? 'unknown'] as const);
  return { version, versions: { node: process.versions.node, ...Object.fromEntries(pinned) } };
}
