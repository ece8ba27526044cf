import type { OpenByteSource } from '../domain/byte-source.ts';
import { H2gError } from '../domain/error.ts';
import { createS3SourceOpener } from '../platform/s3/open-s3-source.ts';
import { createOpenSource } from '../slides/open-source.ts';
import type { ThreadSettings } from './threads/thread-settings.ts';

type SourceSettings = Pick<ThreadSettings, 's3' | 'allowFileSlides' | 'slidePrefixes'>;

/** Opens slides wherever this site allows them to lie. @throws H2gError `usage` for any other place */
export function createSlideSourceOpener(settings: SourceSettings): { open: OpenByteSource; close(): void } {
  const s3 = createS3SourceOpener(settings.s3);
  const open = createOpenSource({ 's3:': s3.open });
  return {
    open: async (url, options) => {
      requireAllowed(url, settings);
      return open(url, options);
    },
    close: () => s3.close(),
  };
}

function requireAllowed(url: URL, { allowFileSlides, slidePrefixes }: SourceSettings): void {
  if (url.protocol === 'file:' && !allowFileSlides)
    throw new H2gError({
      code: 'usage',
      message: `${url.href}: this worker may not read slides from its own disk.`,
      hint: 'Put the slide into the store, or set H2G_ALLOW_FILE_SLIDES=true where all workers see the same disk.',
    });
  if (slidePrefixes.length > 0 && !slidePrefixes.some((prefix) => liesUnder(url, prefix)))
    throw new H2gError({
      code: 'usage',
      message: `${url.href}: slides may lie only under ${slidePrefixes.join(', ')}.`,
      hint: 'Put the slide there, or add its place to H2G_SLIDE_PREFIXES.',
    });
}

/** A prefix ends at a slash, or `http://store` would allow `http://store.evil.com` too. */
const liesUnder = ({ href }: URL, prefix: string): boolean =>
  href === prefix || href.startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`);
