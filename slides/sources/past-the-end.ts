import type { ByteRange } from '../../domain/byte-source.ts';
import type { H2gError } from '../../domain/error.ts';
import { slideError } from '../slide-error.ts';

/** Something points behind the last byte. */
export const pastTheEnd = (name: string, { offset, length }: ByteRange, sizeBytes: number): H2gError =>
  slideError(
    'slide-truncated',
    name,
    `has ${sizeBytes} bytes, but bytes ${offset} to ${offset + length - 1} are needed.`,
  );
