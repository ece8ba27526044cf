import type { Backend } from '../backend.ts';
import type { Candidate } from './candidate.ts';
import { noSlides } from './find-slides.ts';

/** The slides under prefixes of the store; one that holds none, or cannot be listed, is an answer of its own. */
export async function listPrefixes(
  prefixes: readonly URL[],
  { listSlides }: Pick<Backend, 'listSlides'>,
): Promise<Candidate[]> {
  const listed = await Promise.all(
    prefixes.map(async (prefix): Promise<Candidate[]> => {
      try {
        const slides = await listSlides(prefix);
        if (slides.length === 0) throw noSlides(prefix.href);
        return slides.map(({ url }) => ({ kind: 'unseen', slide: { asked: url, url: new URL(url) } }));
      } catch (error) {
        return [{ kind: 'refused', slide: { asked: prefix.href, error }, error }];
      }
    }),
  );
  return listed.flat();
}
