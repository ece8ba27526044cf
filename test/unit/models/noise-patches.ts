/** Patches of 256 px that look like nothing but are always the same: the high bytes of a linear congruential sequence. */
export function noisePatches(count: number): Uint8Array {
  let state = 12345;
  return Uint8Array.from({ length: count * 256 * 256 * 3 }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}
