import { describe, expect, it } from 'vitest';
import { EXIT_OF_OUTCOME, exitCodeOfError, worstExitCode, type ExitCode } from '../../../apps/cli/exit-code.ts';
import { H2gError } from '../../../domain/error.ts';

describe('exit codes', () => {
  it.each<[readonly ExitCode[], ExitCode]>([
    [[], 0],
    [[0, 0], 0],
    [[0, 4], 4],
    [[4, 2], 2],
    [[4, 3, 0], 3],
    [[2, 3], 3],
    [[3, 130, 2], 130],
  ])('of %j is %i: a lost slide outweighs one to look at', (codes, worst) => {
    expect(worstExitCode(codes)).toBe(worst);
  });

  it('no tissue is a result, not a failure', () => {
    expect(EXIT_OF_OUTCOME).toEqual({ done: 0, 'no-tissue': 0, 'needs-review': 4, failed: 3 });
  });

  it.each([
    ['slide-missing', 2],
    ['scale-missing', 2],
    ['run-failed', 3],
    ['disk-full', 3],
  ] as const)('of error %s is %i', (code, exitCode) => {
    expect(exitCodeOfError(new H2gError({ code, message: 'm', hint: 'h' }))).toBe(exitCode);
  });
});
