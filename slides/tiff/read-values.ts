import type { ByteRange } from '../../domain/byte-source.ts';
import { checkLimit } from '../slide-limits.ts';
import type { BlockReadOptions } from '../sources/block-cache.ts';
import { FIELD_TYPES } from './field-types.ts';
import type { TiffDirectory, TiffEntry } from './read-directory.ts';
import type { TiffFile } from './read-header.ts';

/** The bytes of a tag as they lie in the file; undefined where the directory does not have it. */
export async function readBytes(
  file: TiffFile,
  { directory, tag }: { directory: TiffDirectory; tag: number },
  options?: BlockReadOptions,
): Promise<Uint8Array | undefined> {
  const entry = directory.entries.get(tag);
  if (!entry) return undefined;
  const range = { offset: entry.offset, length: entry.count * sizeOf(entry) };
  checkLimit('tagBytes', range.length, file.name);
  file.metadata.bytes += range.length;
  checkLimit('metadataBytes', file.metadata.bytes, file.name);
  return (await file.blocks.load([range], options))(range);
}

/** All numbers of a tag; none where the directory does not have it. */
export async function readNumbers(
  file: TiffFile,
  where: { directory: TiffDirectory; tag: number },
  options?: BlockReadOptions,
): Promise<number[]> {
  const entry = where.directory.entries.get(where.tag);
  const bytes = await readBytes(file, where, options);
  return entry && bytes ? numbersIn(file, entry.type, bytes) : [];
}

/** Text up to its zero byte, UTF-8 where it is that. */
export async function readText(
  file: TiffFile,
  where: { directory: TiffDirectory; tag: number },
  options?: BlockReadOptions,
): Promise<string> {
  const bytes = await readBytes(file, where, options);
  return new TextDecoder().decode(bytes ?? new Uint8Array(0)).replace(/\0[^]*$/, '');
}

/** Some numbers of long tables, reading only the parts they lie in. */
export async function readNumbersAt(
  file: TiffFile,
  wanted: readonly { readonly entry: TiffEntry; readonly indices: readonly number[] }[],
  options?: BlockReadOptions,
): Promise<number[][]> {
  const tables = wanted.map(({ entry, indices }) => ({ entry, ranges: rangesOf(entry, indices) }));
  const loaded = await file.blocks.load(
    tables.flatMap(({ ranges }) => ranges),
    options,
  );
  return tables.map(({ entry, ranges }) => ranges.flatMap((range) => numbersIn(file, entry.type, loaded(range))));
}

const sizeOf = ({ type }: TiffEntry): number => FIELD_TYPES[type]?.sizeBytes ?? 1;

/** Where the numbers lie; indices that follow each other (the tiles of one row) are one range. */
function rangesOf(entry: TiffEntry, indices: readonly number[]): ByteRange[] {
  const sizeBytes = sizeOf(entry);
  const ranges: ByteRange[] = [];
  let from = 0;
  indices.forEach((index, i) => {
    if (indices[i + 1] === index + 1) return;
    const length = (i + 1 - from) * sizeBytes;
    ranges.push({ offset: entry.offset + (index + 1) * sizeBytes - length, length });
    from = i + 1;
  });
  return ranges;
}

function numbersIn(file: TiffFile, type: number, bytes: Uint8Array): number[] {
  const field = FIELD_TYPES[type];
  if (!field) return [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = Math.floor(bytes.byteLength / field.sizeBytes);
  return Array.from({ length: count }, (_, i) => field.read(view, i * field.sizeBytes, file.littleEndian));
}
