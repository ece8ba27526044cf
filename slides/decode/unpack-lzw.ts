const CLEAR = 256;
const END = 257;
const FIRST_FREE = 258;
const CODES = 4096;

/** Undoes TIFF's LZW (TIFF 6.0, section 13): codes of 9 to 12 bits, highest bit first, that grow one code early. */
export function unpackLzw(data: Uint8Array, mostBytes: number): Uint8Array {
  const out = new Uint8Array(mostBytes);
  // Each string of the table is a stretch of what was already written.
  const starts = new Uint32Array(CODES);
  const lengths = new Uint16Array(CODES);
  let free = FIRST_FREE;
  let width = 9;
  let bits = 0;
  let held = 0;
  let at = 0;
  let length = 0;
  let previous: { start: number; length: number } | undefined;

  while (length <= mostBytes) {
    while (held < width) {
      // Some writers leave out the end code.
      if (at >= data.byteLength) return out.subarray(0, length);
      bits = ((bits << 8) | (data[at] ?? 0)) & 0xffffff;
      held += 8;
      at += 1;
    }
    const code = (bits >> (held - width)) & ((1 << width) - 1);
    held -= width;
    if (code === END) return out.subarray(0, length);
    if (code === CLEAR) {
      free = FIRST_FREE;
      width = 9;
      previous = undefined;
      continue;
    }
    if (code > free || (code >= FIRST_FREE && !previous)) throw new Error(`its LZW codes are damaged at byte ${at}`);
    const start = length;
    if (code < CLEAR) {
      if (length >= mostBytes) break;
      out[length] = code;
      length += 1;
    } else {
      // The code that is only now being defined is the previous string and its own first byte.
      const known = code < free;
      const from = known ? (starts[code] ?? 0) : (previous?.start ?? 0);
      const count = known ? (lengths[code] ?? 0) : (previous?.length ?? 0) + 1;
      if (length + count > mostBytes) break;
      for (let i = 0; i < count; i += 1) out[length + i] = out[from + i] ?? 0;
      length += count;
    }
    if (previous && free < CODES) {
      starts[free] = previous.start;
      lengths[free] = previous.length + 1;
      free += 1;
    }
    width = free < 511 ? 9 : free < 1023 ? 10 : free < 2047 ? 11 : 12;
    previous = { start, length: length - start };
  }
  throw new Error(`it unpacks to more than ${mostBytes} bytes`);
}
