import type { SlideLevel } from '../../domain/slide-info.ts';
import type { TileEncoding } from '../tile-encoding.ts';
import type { TileTables } from './read-picture.ts';

/** One level of the pyramid: what people see of it, where its tiles lie and how they are packed. */
export interface TiffLevel {
  readonly info: SlideLevel;
  readonly tables: TileTables;
  readonly encoding: TileEncoding;
  /** False for strips: the last strip of a picture may be shorter than the others. */
  readonly tiled: boolean;
  /** Empty tiles are white glass; in Aperio's slides they are tiles that its server lost, which is damage. */
  readonly sparseAllowed: boolean;
}
