const BYTES_A_WORD = 4;

/** The bytes four at a time, and those that are left: all of them where the first does not lie at a word's beginning. */
export function inWords(data: Uint8Array): { words: Uint32Array; rest: Uint8Array } {
  const aligned = data.byteOffset % BYTES_A_WORD === 0;
  const words = aligned ? Math.floor(data.length / BYTES_A_WORD) : 0;
  return {
    words: new Uint32Array(data.buffer, aligned ? data.byteOffset : 0, words),
    rest: data.subarray(words * BYTES_A_WORD),
  };
}
