import type { Config } from '../../platform/config.ts';
import type { S3Settings } from '../../platform/server-settings.ts';

/** What every thread gets at its start: plain data, since nothing else crosses. */
export interface ThreadSettings {
  readonly s3: S3Settings;
  readonly providers: Config['providers'];
  readonly allowFileSlides: boolean;
  readonly slidePrefixes: readonly string[];
  /** Threads of the refinement network. */
  readonly refineThreads: number;
}
