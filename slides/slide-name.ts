/** The file's name as people know it. @example slideName(new URL('file:///a/gr%C3%BCn%201.svs')) // 'grün 1.svs' */
export const slideName = (url: URL): string => decoded(url.pathname.slice(url.pathname.lastIndexOf('/') + 1));

/** Where the slide lies, for people, without what may be secret: passwords and signatures stand in the other parts of a URL. */
export const placeOf = (url: URL): string => `${url.protocol}//${url.host}${decoded(url.pathname)}`;

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A stray per cent sign is a legal name on a server, just not a decodable one.
    return text;
  }
}
