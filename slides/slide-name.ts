/** The file's name as people know it. @example slideName(new URL('file:///a/gr%C3%BCn%201.svs')) // 'grün 1.svs' */
export function slideName(url: URL): string {
  const last = url.pathname.slice(url.pathname.lastIndexOf('/') + 1);
  try {
    return decodeURIComponent(last);
  } catch {
    // A stray per cent sign is a legal name on a server, just not a decodable one.
    return last;
  }
}

/** Where the slide lies, without what may be secret: passwords and signatures stand in the other parts of a URL. */
export const placeOf = (url: URL): string => `${url.protocol}//${url.host}${url.pathname}`;
