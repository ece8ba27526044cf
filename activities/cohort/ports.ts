import type { ObjectStore } from '../../domain/object-store.ts';
import type { RunSpec } from '../../domain/run-spec.ts';
import type { RunEnd } from '../../domain/segment-cohort.ts';

/** What the bookkeeping of cohorts works with. */
export interface CohortTools {
  readonly store: ObjectStore;
  /** Slides below an `s3:` prefix, each as a run's spec has it; sorted by key. */
  readonly listSlides: (prefix: URL) => Promise<readonly RunSpec['slide'][]>;
  readonly runIdOf: (spec: RunSpec) => string;
  /** How a run stands, from the control server; undefined where it knows none. */
  readonly lookAtRun: (runId: string) => Promise<{ readonly kind: 'running' } | RunEnd | undefined>;
}
