import type { CohortTools } from '../../activities/cohort/ports.ts';
import type { ObjectStore } from '../../domain/object-store.ts';
import type { S3Settings } from '../../platform/server-settings.ts';
import { runIdOf } from '../../platform/digest.ts';
import { listSlides } from '../../platform/s3/list-slides.ts';
import type { TemporalLink } from '../../platform/temporal/connect-temporal.ts';
import { lookAtRun } from '../../platform/temporal/look-at-run.ts';

export interface CohortServers {
  readonly store: ObjectStore;
  readonly s3: S3Settings;
  readonly link: TemporalLink;
}

export const createCohortTools = ({ store, s3, link }: CohortServers): CohortTools => ({
  store,
  runIdOf,
  listSlides: (prefix) => listSlides(s3, prefix),
  lookAtRun: (runId) => lookAtRun(link, runId),
});
