import type { Size } from '../../domain/geometry.ts';

/** What the choice needs to know of a picture; `TiffPicture` has it. */
export interface LevelCandidate extends Size {
  readonly tiled: boolean;
  readonly description: string;
  readonly subfileType: number;
}

const MASK_BIT = 4;
/** Aperio names its photographs of the glass in the second line of the description. */
const PHOTOGRAPH = /^(label|macro)\b/im;

/**
 * The pyramid among the pictures of a file, finest first: the largest picture and all smaller ones of its shape. Left out are masks,
 * label and macro, pictures of another shape, and, in a tiled slide, strips: Aperio's thumbnail is one, packed a second time.
 */
export function chooseLevels<T extends LevelCandidate>(pictures: readonly T[]): T[] {
  const candidates = pictures.filter(
    ({ subfileType, description }) => (subfileType & MASK_BIT) === 0 && !PHOTOGRAPH.test(description),
  );
  const tiled = candidates.filter((picture) => picture.tiled);
  // `toSorted` is stable: of pictures of one size (focal planes) the first counts.
  const bySize = (tiled.length > 0 ? tiled : candidates).toSorted((a, b) => areaOf(b) - areaOf(a));
  const [base] = bySize;
  if (!base) return [];
  const levels = [base];
  for (const picture of bySize) {
    const finer = levels.at(-1) ?? base;
    const smaller = picture.widthPx < finer.widthPx && picture.heightPx < finer.heightPx;
    if (smaller && sameShape(base, picture)) levels.push(picture);
  }
  return levels;
}

const areaOf = ({ widthPx, heightPx }: Size): number => widthPx * heightPx;

/** Each side of a level may be a pixel off, whichever way its writer rounds. */
function sameShape(base: Size, level: Size): boolean {
  const skew = level.widthPx * base.heightPx - level.heightPx * base.widthPx;
  return Math.abs(skew) <= base.widthPx + base.heightPx;
}
