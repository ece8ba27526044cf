import type { StatedScale } from '../../domain/slide-info.ts';
import { slideError } from '../slide-error.ts';
import { checkLimit } from '../slide-limits.ts';
import type { BlockReadOptions } from '../sources/block-cache.ts';
import { chooseLevels } from './choose-levels.ts';
import { readEncoding } from './read-encoding.ts';
import type { TiffFile } from './read-header.ts';
import { readPicture, tileTables, type TiffPicture } from './read-picture.ts';
import { readScale } from './read-scale.ts';
import { readNumbers, readText } from './read-values.ts';
import { refuseVendors } from './refuse-vendors.ts';
import { TAG } from '../../domain/tiff-tags.ts';
import type { TiffLevel } from './tiff-level.ts';
import { walkDirectories } from './walk-directories.ts';

export interface OpenedTiff {
  readonly levels: readonly [TiffLevel, ...TiffLevel[]];
  readonly scale: StatedScale;
}

/** Reads all directories and chooses the pyramid among their pictures. */
export async function openTiff(file: TiffFile, options?: BlockReadOptions): Promise<OpenedTiff> {
  const pictures: TiffPicture[] = [];
  for (const directory of await walkDirectories(file, options)) {
    pictures.push(await readPicture(file, directory, options));
  }
  const description = pictures[0]?.description ?? '';
  await refuseStrangers(file, { pictures, description }, options);
  const sparseAllowed = !description.startsWith('Aperio');
  const [base, ...smaller] = chooseLevels(pictures);
  if (!base) throw slideError('slide-unreadable', file.name, 'holds only masks, labels or photographs of the glass.');
  const read = (picture: TiffPicture, index: number): Promise<TiffLevel> =>
    readLevel(file, { picture, index, sparseAllowed }, options);
  const levels: [TiffLevel, ...TiffLevel[]] = [await read(base, 0)];
  for (const picture of smaller) levels.push(await read(picture, levels.length));
  return { levels, scale: await scaleOf(file, { base, description }, options) };
}

async function refuseStrangers(
  file: TiffFile,
  { pictures, description }: { pictures: readonly TiffPicture[]; description: string },
  options?: BlockReadOptions,
): Promise<void> {
  const directory = pictures[0]?.directory;
  refuseVendors(file.name, {
    description: pictures.length > 1 ? pictures.map((picture) => picture.description).join('\n') : description,
    software: directory ? await readText(file, { directory, tag: TAG.software }, options) : '',
    hamamatsu: directory?.entries.has(TAG.hamamatsuFormat) ?? false,
  });
}

async function readLevel(
  file: TiffFile,
  { picture, index, sparseAllowed }: { picture: TiffPicture; index: number; sparseAllowed: boolean },
  options?: BlockReadOptions,
): Promise<TiffLevel> {
  const { widthPx, heightPx, tileWidthPx, tileHeightPx, tiled } = picture;
  const tables = tileTables(file.name, picture);
  const encoding = await readEncoding(file, picture.directory, options);
  checkLimit('decodedBytes', tileWidthPx * tileHeightPx * encoding.samples, file.name);
  return {
    info: { index, widthPx, heightPx, tileWidthPx, tileHeightPx },
    tables,
    encoding,
    tiled,
    sparseAllowed,
  };
}

async function scaleOf(
  file: TiffFile,
  { base, description }: { base: TiffPicture; description: string },
  options?: BlockReadOptions,
): Promise<StatedScale> {
  const number = async (tag: number): Promise<number | undefined> =>
    (await readNumbers(file, { directory: base.directory, tag }, options))[0];
  return readScale({
    // Of a pyramid in pages the first describes the slide, also where the finest comes later.
    description: base.description || description,
    xResolution: await number(TAG.xResolution),
    yResolution: await number(TAG.yResolution),
    resolutionUnit: await number(TAG.resolutionUnit),
  });
}
