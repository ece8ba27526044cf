import type { OpenByteSource } from '../domain/byte-source.ts';
import { H2gError } from '../domain/error.ts';
import { placeOf } from './slide-name.ts';
import { openFileSource } from './sources/open-file-source.ts';
import { openHttpSource } from './sources/open-http-source.ts';

const OPENERS: Readonly<Record<string, OpenByteSource>> = {
  'file:': openFileSource,
  'http:': openHttpSource,
  'https:': openHttpSource,
};

/**
 * Opens bytes wherever they lie; what this folder cannot know (S3 and its credentials) is passed in by scheme.
 * @example createOpenSource({ 's3:': openS3Source })
 */
export function createOpenSource(more: Readonly<Record<string, OpenByteSource>> = {}): OpenByteSource {
  const openers = { ...OPENERS, ...more };
  return async (url, options) => {
    options?.signal?.throwIfAborted();
    const open = Object.hasOwn(openers, url.protocol) ? openers[url.protocol] : undefined;
    if (!open) {
      throw new H2gError({
        code: 'usage',
        message: `${placeOf(url)}: slides cannot be read from ${url.protocol} addresses.`,
        hint: `Give a file, or an address that begins with one of ${Object.keys(openers).join(' ')}`,
      });
    }
    return open(url, options);
  };
}
