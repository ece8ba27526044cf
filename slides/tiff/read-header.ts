import { slideError } from '../slide-error.ts';
import type { BlockCache, BlockReadOptions } from '../sources/block-cache.ts';

/** An opened TIFF: how its numbers are written and where its first directory lies. */
export interface TiffFile {
  readonly name: string;
  readonly blocks: BlockCache;
  readonly littleEndian: boolean;
  /** BigTIFF: offsets of 8 bytes. */
  readonly big: boolean;
  readonly firstDirectory: number;
  /** Counts what its tags have been read for so far, the same bytes again included: a small file can point at one long text a thousand times. */
  readonly metadata: { bytes: number };
}

/** What people call slide.svs and is none; by the bytes it begins with. */
const STRANGERS: readonly { readonly magic: readonly number[]; readonly what: string }[] = [
  { magic: [0x89, 0x50, 0x4e, 0x47], what: 'a PNG picture' },
  { magic: [0xff, 0xd8, 0xff], what: 'a JPEG picture' },
  { magic: [0x00, 0x00, 0x00, 0x0c, 0x6a, 0x50], what: 'a JPEG 2000 picture' },
  { magic: [0x50, 0x4b, 0x03, 0x04], what: 'a ZIP archive' },
  { magic: [0x1f, 0x8b], what: 'a gzip archive' },
  { magic: [0x25, 0x50, 0x44, 0x46], what: 'a PDF document' },
  { magic: [0x3c], what: 'a web page or XML document' },
];

const BYTE_ORDERS: Readonly<Record<string, boolean>> = { '73,73': true, '77,77': false };

/** Reads the first bytes. Throws `slide-unreadable`, `slide-unsupported` or `slide-truncated` for what is no TIFF. */
export async function readHeader(name: string, blocks: BlockCache, options?: BlockReadOptions): Promise<TiffFile> {
  if (blocks.sizeBytes === 0) throw slideError('slide-unreadable', name, 'is empty (0 bytes).');
  const length = Math.min(16, blocks.sizeBytes);
  const bytes = (await blocks.load([{ offset: 0, length }], options))({ offset: 0, length });
  const stranger = STRANGERS.find(({ magic }) => magic.every((byte, i) => bytes[i] === byte));
  if (stranger) {
    throw slideError('slide-unsupported', name, `is ${stranger.what}, not a whole-slide image.`, {
      hint: 'Give the slide file itself (.svs, .tif): the picture has neither pyramid nor scale.',
    });
  }
  const littleEndian = BYTE_ORDERS[`${bytes[0]},${bytes[1]}`];
  if (littleEndian === undefined)
    throw slideError('slide-unreadable', name, `is no TIFF: it begins with ${hex(bytes)}.`);
  if (length < 8) throw slideError('slide-truncated', name, `ends after ${length} bytes, within its header.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = view.getUint16(2, littleEndian);
  const opened = { name, blocks, littleEndian, metadata: { bytes: 0 } };
  if (magic === 42) return { ...opened, big: false, firstDirectory: view.getUint32(4, littleEndian) };
  if (magic !== 43 || view.getUint16(4, littleEndian) !== 8) {
    throw slideError('slide-unreadable', name, `is no TIFF: its version number is ${magic}.`);
  }
  if (length < 16) throw slideError('slide-truncated', name, `ends after ${length} bytes, within its header.`);
  return { ...opened, big: true, firstDirectory: Number(view.getBigUint64(8, littleEndian)) };
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes.subarray(0, 8)).toString('hex');
