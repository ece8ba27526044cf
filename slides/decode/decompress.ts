import { inflateSync } from 'node:zlib';
import type { TileCompression } from '../tile-encoding.ts';
import { unpackBits } from './unpack-bits.ts';
import { unpackLzw } from './unpack-lzw.ts';

type Unpack = (data: Uint8Array, mostBytes: number) => Uint8Array;

const UNPACKERS: Record<Exclude<TileCompression, 'jpeg'>, Unpack> = {
  // Copied, as undoing differences works in place and the same tile may be painted twice.
  raw: (data) => data.slice(),
  lzw: unpackLzw,
  deflate: (data, mostBytes) => new Uint8Array(inflateSync(data, { maxOutputLength: mostBytes })),
  packbits: unpackBits,
};

/** Unpacks a tile; more than `mostBytes` is an error, so a small tile cannot fill the memory. */
export function decompress(compression: TileCompression, data: Uint8Array, mostBytes: number): Uint8Array {
  if (compression === 'jpeg') throw new Error('it is a JPEG picture');
  return UNPACKERS[compression](data, mostBytes);
}
