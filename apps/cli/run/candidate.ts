import type { SlideInfo } from '../../../domain/slide-info.ts';
import { slideName } from '../../../slides/slide-name.ts';
import type { BadSlide, FoundSlide } from './found-slide.ts';
import { atLine } from './read-list.ts';
import { inspectSlide, type InspectRequest } from './inspect-slide.ts';

/** A slide that was asked for, before its run: looked at and good, refused, or to be seen only through the servers. */
export type Candidate =
  | { readonly kind: 'seen'; readonly slide: FoundSlide; readonly info: SlideInfo }
  | { readonly kind: 'unseen'; readonly slide: FoundSlide }
  | { readonly kind: 'refused'; readonly slide: FoundSlide | BadSlide; readonly error: unknown };

/** Looks at a slide if that is possible without servers: it does not lie in the store, and neither does the bundle. */
export async function considerSlide(
  slide: FoundSlide | BadSlide,
  inspection: InspectRequest | undefined,
): Promise<Candidate> {
  if ('error' in slide) return { kind: 'refused', slide, error: slide.error };
  if (slide.url.protocol === 's3:' || inspection === undefined) return { kind: 'unseen', slide };
  try {
    return { kind: 'seen', slide, info: await inspectSlide(slide.url, withOwnScale(inspection, slide)) };
  } catch (error) {
    inspection.signal.throwIfAborted();
    return { kind: 'refused', slide, error: refusalOf(slide, error) };
  }
}

/** Why a slide that was looked at is refused; one of a list is found again by its line. */
export const refusalOf = ({ line }: FoundSlide, error: unknown): unknown =>
  line === undefined ? error : atLine(error, line);

/** A list may give the scale of one slide. */
export const withOwnScale = <T extends Pick<InspectRequest, 'options'>>(request: T, { mpp }: FoundSlide): T =>
  mpp === undefined ? request : { ...request, options: { ...request.options, mpp } };

/** What a person calls it. */
export const nameOf = ({ slide }: Candidate): string => ('url' in slide ? slideName(slide.url) : slide.asked);
