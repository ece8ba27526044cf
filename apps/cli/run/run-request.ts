import type { Lane, RunOptions } from '../../../domain/run-spec.ts';
import type { GivenFlags } from './given-flags.ts';

/** What a person asks of `h2g run`. */
export interface RunRequest {
  /** Files, folders, lists and URLs as they were typed. */
  readonly slides: readonly string[];
  /** Folder or `s3:` URL. */
  readonly bundle: string;
  readonly out: string;
  readonly options: RunOptions;
  /** `routine` where it is not said; a run that is under way then keeps its own. */
  readonly lane?: Lane;
  /** Where it is not said: `submitterOf`. */
  readonly submitter?: string;
  readonly again?: boolean;
  /** Slides under way at once. */
  readonly parallel: number;
  readonly given?: GivenFlags;
}
