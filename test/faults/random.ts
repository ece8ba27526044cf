import { hashUnit } from '../../slides/synthetic/random.ts';

/** The same seed, the same choices. */
export interface Random {
  /** In [0, 1). */
  unit(): number;
  between(least: number, most: number): number;
  /** Undefined for an empty list. */
  pick<T>(items: readonly T[]): T | undefined;
  shuffle<T>(items: readonly T[]): T[];
  /** Choices that do not depend on how many were made here before. */
  fork(name: number): Random;
}

export function createRandom(seed: number, stream = 0): Random {
  let drawn = 0;
  const unit = (): number => hashUnit(seed, drawn++, stream);
  return {
    unit,
    between: (least, most) => least + unit() * (most - least),
    pick: (items) => items[Math.floor(unit() * items.length)],
    shuffle: (items) =>
      items
        .map((item) => ({ item, place: unit() }))
        .toSorted((a, b) => a.place - b.place)
        .map(({ item }) => item),
    fork: (name) => createRandom(seed, stream * 1_000 + name + 1),
  };
}
