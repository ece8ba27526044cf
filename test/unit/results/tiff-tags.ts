/** The tags of every directory of a little-endian TIFF, classic or big, read by the letter of the specification. */
export type Tags = ReadonlyMap<number, number[] | string>;

const BYTES: Readonly<Record<number, number>> = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 16: 8 };

export function readTiffTags(bytes: Uint8Array): Tags[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const big = view.getUint16(2, true) === 43;
  const word = (at: number): number => (big ? Number(view.getBigUint64(at, true)) : view.getUint32(at, true));
  const directories: Tags[] = [];
  for (let at = word(big ? 8 : 4); at !== 0;) {
    const count = big ? word(at) : view.getUint16(at, true);
    const first = at + (big ? 8 : 2);
    const entryBytes = big ? 20 : 12;
    const tags = new Map<number, number[] | string>();
    for (let entry = first; entry < first + count * entryBytes; entry += entryBytes) {
      tags.set(view.getUint16(entry, true), readValues(view, entry, { big, word }));
    }
    directories.push(tags);
    at = word(first + count * entryBytes);
  }
  return directories;
}

function readValues(
  view: DataView,
  entry: number,
  { big, word }: { big: boolean; word: (at: number) => number },
): number[] | string {
  const type = view.getUint16(entry + 2, true);
  const count = word(entry + 4);
  const bytes = BYTES[type] ?? 1;
  const inline = entry + (big ? 12 : 8);
  const from = count * bytes <= (big ? 8 : 4) ? inline : word(inline);
  const at = (index: number): number => from + index * bytes;
  if (type === 2) return Buffer.from(view.buffer, view.byteOffset + from, count - 1).toString('utf8');
  return Array.from({ length: count }, (_, index) => {
    if (type === 3) return view.getUint16(at(index), true);
    if (type === 4) return view.getUint32(at(index), true);
    if (type === 5) return view.getUint32(at(index), true) / view.getUint32(at(index) + 4, true);
    if (type === 16) return Number(view.getBigUint64(at(index), true));
    return view.getUint8(at(index));
  });
}
