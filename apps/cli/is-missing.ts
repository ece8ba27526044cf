/** Whether the file system said that there is no such file; anything else is a failure, which must not pass for an absence. */
export const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';
