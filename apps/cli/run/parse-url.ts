import { H2gError } from '../../../domain/error.ts';

/** Also of a scheme that is not read: whoever opens it says so, while no file has such a name. */
export const isUrl = (text: string): boolean => /^[a-z][a-z0-9+.-]*:\/\//i.test(text);

/** An `s3:` address that ends with a slash is that of many objects. */
export const isPrefix = (url: URL): boolean => url.protocol === 's3:' && url.pathname.endsWith('/');

/** People type an object's key as it is, and `#` or `?` may stand in it; an escape such as %20 is taken for one. */
const escapedKey = (text: string): string =>
  text
    .replace(/%(?![0-9A-Fa-f]{2})/g, '%25')
    .replaceAll('#', '%23')
    .replaceAll('?', '%3F');

/** @throws H2gError `usage` */
export function parseUrl(text: string): URL {
  try {
    return new URL(/^s3:/i.test(text) ? escapedKey(text) : text);
  } catch (cause) {
    throw new H2gError(
      { code: 'usage', message: `${text} is not a URL.`, hint: 'Give a path, or a URL such as s3://bucket/slide.svs.' },
      { cause },
    );
  }
}
