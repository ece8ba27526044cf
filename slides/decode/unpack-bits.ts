/** Undoes PackBits (TIFF 6.0, section 9). */
export function unpackBits(data: Uint8Array, mostBytes: number): Uint8Array {
  const out = new Uint8Array(mostBytes);
  let length = 0;
  for (let at = 0; at < data.byteLength;) {
    const code = data[at] ?? 0;
    at += 1;
    if (code === 128) continue;
    const count = code < 128 ? code + 1 : 257 - code;
    if (length + count > mostBytes) throw new Error(`it unpacks to more than ${mostBytes} bytes`);
    if (code < 128) {
      if (at + count > data.byteLength) throw new Error('its packed bytes end too early');
      out.set(data.subarray(at, at + count), length);
      at += count;
    } else {
      out.fill(data[at] ?? 0, length, length + count);
      at += 1;
    }
    length += count;
  }
  return out.subarray(0, length);
}
