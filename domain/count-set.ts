import type { BinaryImage } from './image.ts';
import { inWords } from './in-words.ts';

/** So many words of four bits, each in a byte of its own, can be added up before a byte overflows. */
const WORDS_AT_ONCE = 255;

/** How many pixels are set; a slide's mask has tens of millions, so they are added four at a time. */
export function countSet({ data }: Pick<BinaryImage, 'data'>): number {
  const { words, rest } = inWords(data);
  let count = 0;
  for (let first = 0; first < words.length; first += WORDS_AT_ONCE) {
    const end = Math.min(words.length, first + WORDS_AT_ONCE);
    let sums = 0;
    for (let i = first; i < end; i++) sums = (sums + words[i]!) | 0;
    count += (sums & 255) + ((sums >>> 8) & 255) + ((sums >>> 16) & 255) + (sums >>> 24);
  }
  for (let i = 0; i < rest.length; i++) count += rest[i]!;
  return count;
}

/** Whether there is nothing but 0 and 1. */
export function hasOnlyBits(data: Uint8Array): boolean {
  const { words, rest } = inWords(data);
  let all = 0;
  for (let i = 0; i < words.length; i++) all |= words[i]!;
  return (all & 0xfefefefe) === 0 && rest.every((value) => value <= 1);
}
