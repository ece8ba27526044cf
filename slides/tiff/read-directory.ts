import type { ByteRange } from '../../domain/byte-source.ts';
import { checkLimit } from '../slide-limits.ts';
import type { BlockReadOptions } from '../sources/block-cache.ts';
import { FIELD_TYPES } from './field-types.ts';
import type { TiffFile } from './read-header.ts';

/** One line of a directory; its values lie at `offset`, in the line itself where they fit. */
export interface TiffEntry {
  readonly type: number;
  readonly count: number;
  readonly offset: number;
}

export interface TiffDirectory {
  readonly offset: number;
  readonly entries: ReadonlyMap<number, TiffEntry>;
  /** 0 where there is none. */
  readonly next: number;
}

/** Widths in bytes of: the number of entries, an entry, its count, an offset. */
const LAYOUTS = {
  classic: { head: 2, entry: 12, pointer: 4 },
  big: { head: 8, entry: 20, pointer: 8 },
} as const;

/** Most writers put a directory's values right behind it: one read brings both. */
const READ_AHEAD_BYTES = 2048;

/** Reads one directory, not the values that lie elsewhere. Throws `slide-truncated` where it reaches past the end. */
export async function readDirectory(
  file: TiffFile,
  offset: number,
  options?: BlockReadOptions,
): Promise<TiffDirectory> {
  const { head, entry, pointer } = LAYOUTS[file.big ? 'big' : 'classic'];
  const { littleEndian, blocks } = file;
  const ahead = Math.max(head, Math.min(READ_AHEAD_BYTES, blocks.sizeBytes - offset));
  const loaded = await blocks.load([{ offset, length: ahead }], options);
  const number = (view: DataView, at: number): number =>
    pointer === 8 ? Number(view.getBigUint64(at, littleEndian)) : view.getUint32(at, littleEndian);

  const headView = viewOf(loaded({ offset, length: head }));
  const count = file.big ? number(headView, 0) : headView.getUint16(0, littleEndian);
  // What even reaches past the end is said to be cut short, below.
  if (offset + head + count * entry + pointer <= blocks.sizeBytes) checkLimit('entries', count, file.name);
  const whole: ByteRange = { offset, length: head + count * entry + pointer };
  const view = viewOf((await blocks.load([whole], options))(whole));

  const entries = new Map<number, TiffEntry>();
  for (let at = head; at < head + count * entry; at += entry) {
    const type = view.getUint16(at + 2, littleEndian);
    const values = number(view, at + 4);
    // TIFF 6.0, section 2: readers skip fields of a type they do not know.
    const sizeBytes = FIELD_TYPES[type]?.sizeBytes;
    if (sizeBytes === undefined) continue;
    const place = at + 4 + pointer;
    const inline = values * sizeBytes <= pointer;
    entries.set(view.getUint16(at, littleEndian), {
      type,
      count: values,
      offset: inline ? offset + place : number(view, place),
    });
  }
  return { offset, entries, next: number(view, head + count * entry) };
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
