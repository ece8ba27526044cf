import type { Outcome } from '../../domain/report.ts';

/** How every command ends; the design's section 7. */
export const EXIT_CODES = { done: 0, badInput: 2, failed: 3, needsReview: 4, interrupted: 130 } as const;
export type ExitCode = (typeof EXIT_CODES)[keyof typeof EXIT_CODES];

export const EXIT_OF_OUTCOME: Record<Outcome, ExitCode> = {
  done: EXIT_CODES.done,
  'no-tissue': EXIT_CODES.done,
  'needs-review': EXIT_CODES.needsReview,
  failed: EXIT_CODES.failed,
};

/** A slide without a result is worse than one that a person must look at, or a script would file the lost one under "look at it". */
const BADNESS: Record<ExitCode, number> = { 0: 0, 4: 1, 2: 2, 3: 3, 130: 4 };

/** The one exit code of many slides. @example worstExitCode([0, 3, 4]) // 3 */
export const worstExitCode = (codes: readonly ExitCode[]): ExitCode =>
  codes.reduce<ExitCode>((worst, code) => (BADNESS[code] > BADNESS[worst] ? code : worst), EXIT_CODES.done);

/** An `H2gError`'s number as one of ours: errors know 2 and 3 only. */
export const exitCodeOfError = (error: { readonly exitCode: number }): ExitCode =>
  error.exitCode === EXIT_CODES.badInput ? EXIT_CODES.badInput : EXIT_CODES.failed;
