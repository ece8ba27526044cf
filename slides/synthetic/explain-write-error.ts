import { dirname } from 'node:path';
import { type ErrorCode, H2gError } from '../../domain/error.ts';

interface Cause {
  readonly code: ErrorCode;
  readonly hint: string;
}

const ELSEWHERE = 'Choose a folder that exists and may be written to.';
const CAUSES: Readonly<Record<string, Cause>> = {
  ENOSPC: { code: 'disk-full', hint: 'Free some space, or paint to another disk.' },
  EDQUOT: { code: 'disk-full', hint: 'Free some space, or paint to another disk.' },
  ENOENT: { code: 'usage', hint: ELSEWHERE },
  ENOTDIR: { code: 'usage', hint: ELSEWHERE },
  EACCES: { code: 'usage', hint: ELSEWHERE },
  EROFS: { code: 'usage', hint: ELSEWHERE },
};

/** What a failed write means to a person; anything that is not the file system's is handed on as it is. */
export function explainWriteError(thrown: unknown, path: string): unknown {
  const name = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  const cause = CAUSES[name];
  if (cause === undefined) return thrown;
  return new H2gError(
    { ...cause, message: `The slide cannot be written to ${dirname(path)} (${name}).` },
    { cause: thrown },
  );
}
