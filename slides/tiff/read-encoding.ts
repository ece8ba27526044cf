import { slideError } from '../slide-error.ts';
import { checkLimit } from '../slide-limits.ts';
import type { BlockReadOptions } from '../sources/block-cache.ts';
import type { TileColour, TileCompression, TileEncoding } from '../tile-encoding.ts';
import type { TiffDirectory } from './read-directory.ts';
import type { TiffFile } from './read-header.ts';
import { readBytes, readNumbers } from './read-values.ts';
import { TAG } from '../../domain/tiff-tags.ts';

/** TIFF's numbers for the compressions that are read here. */
const COMPRESSIONS: Readonly<Record<number, TileCompression>> = {
  1: 'raw',
  5: 'lzw',
  7: 'jpeg',
  8: 'deflate',
  32773: 'packbits',
  32946: 'deflate',
};

/** Those that people meet and that are refused, by the names they know. */
const REFUSED_COMPRESSIONS: Readonly<Record<number, string>> = {
  2: 'CCITT fax',
  3: 'CCITT fax 3',
  4: 'CCITT fax 4',
  6: 'old-style JPEG',
  33003: 'JPEG 2000 (Aperio, YCbCr)',
  33005: 'JPEG 2000 (Aperio, RGB)',
  33007: 'JPEG 2000 (Aperio)',
  34712: 'JPEG 2000',
  34892: 'lossy JPEG (DNG)',
  34925: 'LZMA',
  50000: 'Zstandard',
  50001: 'WebP',
  50002: 'JPEG XL',
};

/** TIFF's numbers for what the samples mean. */
const PHOTOMETRICS: Readonly<Record<number, string>> = {
  0: 'gray (white is zero)',
  1: 'gray',
  2: 'RGB',
  3: 'palette colour',
  5: 'CMYK',
  6: 'YCbCr',
  8: 'CIELab',
};

/** How the tiles of one directory are packed. Throws `slide-unsupported` naming what is not read here. */
export async function readEncoding(
  file: TiffFile,
  directory: TiffDirectory,
  options?: BlockReadOptions,
): Promise<TileEncoding> {
  const numbers = (tag: number): Promise<number[]> => readNumbers(file, { directory, tag }, options);
  const refuse = (what: string): never => {
    throw slideError('slide-unsupported', file.name, `has ${what}, which H2G-Flow does not read.`);
  };
  const [compressionNumber = 1] = await numbers(TAG.compression);
  const compression =
    COMPRESSIONS[compressionNumber] ??
    refuse(`tiles compressed with ${REFUSED_COMPRESSIONS[compressionNumber] ?? `method ${compressionNumber}`}`);
  const bits = await numbers(TAG.bitsPerSample);
  if (bits.length === 0 || bits.some((bit) => bit !== 8)) refuse(`${bits.join(', ') || '1'} bits a sample`);
  if ((await numbers(TAG.sampleFormat)).some((format) => format !== 1))
    refuse('samples that are not unsigned integers');
  const [samples = 1] = await numbers(TAG.samplesPerPixel);
  checkLimit('samples', samples, file.name);
  const [planar = 1] = await numbers(TAG.planarConfiguration);
  if (planar !== 1 && samples > 1) refuse('a separate plane for each colour');
  const [predictor = 1] = await numbers(TAG.predictor);
  if (predictor > 2 && compression !== 'jpeg') refuse(`predictor ${predictor}`);

  const [photometric = 1] = await numbers(TAG.photometric);
  const [extraSample] = await numbers(TAG.extraSamples);
  const colour =
    colourOf({ photometric, samples, extraSample, compression }) ??
    refuse(
      `${samples} samples a pixel of ${PHOTOMETRICS[photometric] ?? `photometric ${photometric}`}, ${compression}`,
    );
  return {
    compression,
    colour,
    samples,
    differences: predictor === 2 && compression !== 'jpeg',
    jpegTables: compression === 'jpeg' ? await readBytes(file, { directory, tag: TAG.jpegTables }, options) : undefined,
  };
}

interface ColourFacts {
  readonly photometric: number;
  readonly samples: number;
  readonly extraSample: number | undefined;
  readonly compression: TileCompression;
}

function colourOf({ photometric, samples, extraSample, compression }: ColourFacts): TileColour | undefined {
  const jpeg = compression === 'jpeg';
  if (photometric === 6) return jpeg && samples === 3 ? 'ycbcr' : undefined;
  if (photometric === 1) return samples === 1 || !jpeg ? 'gray' : undefined;
  if (photometric === 0) return jpeg ? undefined : 'gray-inverted';
  if (photometric !== 2) return undefined;
  if (samples === 3) return 'rgb';
  if (samples < 3 || jpeg) return undefined;
  if (extraSample === 1) return 'rgb-alpha-associated';
  return extraSample === 2 ? 'rgb-alpha' : 'rgb-pad';
}
