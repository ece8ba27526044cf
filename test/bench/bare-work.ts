import type { TileEncoding } from '../../slides/tile-encoding.ts';

/** The compressed tiles that one batch of the plan needs. */
export interface TileLoad {
  readonly cells: number;
  readonly encoding: TileEncoding;
  readonly tiles: readonly Uint8Array[];
}

/** What each bare thread gets at its start. */
export interface BareSettings {
  readonly bundleDir: string;
  readonly loads: readonly TileLoad[];
}

export const BARE_WORKS = ['inference', 'decoding'] as const;
export type BareWork = (typeof BARE_WORKS)[number];

export interface BareTask {
  readonly work: BareWork;
  readonly seconds: number;
}

export interface BareResult {
  readonly cells: number;
  readonly seconds: number;
}
