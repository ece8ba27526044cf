import type { OpenByteSource } from '../../domain/byte-source.ts';
import type { ObjectStore } from '../../domain/object-store.ts';
import type { RunSpec } from '../../domain/run-spec.ts';
import type { CohortClient } from '../../platform/cohort-client.ts';
import type { RunClient } from '../../platform/run-client.ts';
import type { Tracing } from '../../platform/tracing/tracing.ts';

/** The servers behind a command, wherever they run. */
export interface Backend {
  /** `local`: this machine's own stack, which sees local files; `configured`: a site's servers, which do not. */
  readonly kind: 'local' | 'configured';
  readonly runs: RunClient;
  readonly cohorts: CohortClient;
  readonly store: ObjectStore;
  /** Of what this command does; runs that it starts go on with it. */
  readonly tracing: Tracing;
  /** Opens a slide's bytes by any kind of URL. */
  readonly openSource: OpenByteSource;
  /** Slides below an `s3:` prefix, found by their endings. */
  readonly listSlides: (prefix: URL) => Promise<readonly RunSpec['slide'][]>;
  /** Aborted, with the reason, when this machine's servers go away for good; a site's are waited for. */
  readonly lost: AbortSignal | undefined;
  /** Makes sure that something serves this bundle; a site's own detectors do that themselves. */
  ensureDetector(bundleUrl: string): Promise<void>;
  close(): Promise<void>;
}
