import { H2gError } from '../../domain/error.ts';

const codeOf = (thrown: unknown): string =>
  thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '';

const FULL = ['ENOSPC', 'EDQUOT', 'EFBIG'];
const DENIED = ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'EISDIR', 'ENAMETOOLONG'];

/** What the file system said while writing below `place`, in the project's words; everything else stays what it is. */
export function asFileError(thrown: unknown, place: string): unknown {
  const code = codeOf(thrown);
  if (thrown instanceof H2gError) return thrown;
  if (FULL.includes(code))
    return new H2gError(
      {
        code: 'disk-full',
        message: `The disk is full: ${place} could not be written (${code}).`,
        hint: 'Free some space or choose another folder with --out, then run the same command again: nothing is computed twice.',
      },
      { cause: thrown },
    );
  if (DENIED.includes(code))
    return new H2gError(
      {
        code: 'usage',
        message: `${place} cannot be written (${code}).`,
        hint: 'Choose a folder that you may write to with --out, then run the same command again: nothing is computed twice.',
      },
      { cause: thrown },
    );
  return thrown;
}
