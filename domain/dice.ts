import { H2gError } from './error.ts';
import type { BinaryImage } from './image.ts';

/** Dice similarity 2 |A and B| / (|A| + |B|) of two masks on one plane; 1 where both are empty. Throws `internal` if their sizes differ. */
export function truthDice(mask: BinaryImage, truth: BinaryImage): number {
  if (mask.widthPx !== truth.widthPx || mask.heightPx !== truth.heightPx) {
    throw new H2gError({
      code: 'internal',
      message: `A mask of ${mask.widthPx} x ${mask.heightPx} px cannot be compared with one of ${truth.widthPx} x ${truth.heightPx} px.`,
      hint: 'Both must lie on the same plane of 4 um/px.',
    });
  }
  let both = 0;
  let sum = 0;
  for (let i = 0; i < mask.data.length; i++) {
    const a = mask.data[i] ?? 0;
    const b = truth.data[i] ?? 0;
    both += a & b;
    sum += a + b;
  }
  return sum === 0 ? 1 : (2 * both) / sum;
}
