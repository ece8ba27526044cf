/** How tiles are packed; what else TIFF knows is refused by name. */
export type TileCompression = 'raw' | 'lzw' | 'deflate' | 'packbits' | 'jpeg';

/** What the samples of a pixel mean. `rgb-pad` has more samples that mean nothing; alpha is laid over white glass. */
export type TileColour = 'gray' | 'gray-inverted' | 'rgb' | 'rgb-pad' | 'rgb-alpha' | 'rgb-alpha-associated' | 'ycbcr';

/** All that decoding needs to know beside a tile's bytes; plain data that crosses threads. */
export interface TileEncoding {
  readonly compression: TileCompression;
  readonly colour: TileColour;
  /** Samples a pixel, 8 bits each, interleaved. */
  readonly samples: number;
  /** Each row's samples are differences to their left neighbours. */
  readonly differences: boolean;
  /** Tables that the JPEG tiles share. */
  readonly jpegTables: Uint8Array | undefined;
}
