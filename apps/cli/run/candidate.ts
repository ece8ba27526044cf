import type { SlideInfo } from '../../../domain/slide-info.ts';
import { inspectSlide, type InspectRequest } from './inspect-slide.ts';

/** A slide that was asked for, before its run: looked at and good, refused, or to be seen only through the servers. */
export type Candidate =
  | { readonly kind: 'seen'; readonly url: URL; readonly info: SlideInfo }
  | { readonly kind: 'unseen'; readonly url: URL }
  | { readonly kind: 'refused'; readonly url: URL; readonly error: unknown };

/** Looks at a slide if that is possible without servers: it does not lie in the store, and neither does the bundle. */
export async function considerSlide(url: URL, inspection: InspectRequest | undefined): Promise<Candidate> {
  if (url.protocol === 's3:' || inspection === undefined) return { kind: 'unseen', url };
  try {
    return { kind: 'seen', url, info: await inspectSlide(url, inspection) };
  } catch (error) {
    inspection.signal.throwIfAborted();
    return { kind: 'refused', url, error };
  }
}
