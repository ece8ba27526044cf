import type { ByteSource } from '../domain/byte-source.ts';
import { H2gError } from '../domain/error.ts';
import type { FloatImage } from '../domain/image.ts';
import { TAG } from '../domain/tiff-tags.ts';
import { slideName } from './slide-name.ts';
import { createBlockCache } from './sources/block-cache.ts';
import { readDirectory } from './tiff/read-directory.ts';
import { readHeader } from './tiff/read-header.ts';
import { readNumbers } from './tiff/read-values.ts';

const UM_PER_CM = 10_000;
const FLOAT32 = { bits: 32, format: 3 };

/**
 * The scores of a `heatmap.tif` (`encodeHeatmapTiff`), and a cell's side in um from its resolution tags. Closes the source.
 * @throws H2gError `results-misfit` for another TIFF, and what reading throws
 */
export async function readHeatmap(
  source: ByteSource,
  signal?: AbortSignal,
): Promise<{ heatmap: FloatImage; cellUm: number }> {
  try {
    const name = slideName(source.url);
    const blocks = createBlockCache(source);
    const file = await readHeader(name, blocks, { signal });
    const directory = await readDirectory(file, file.firstDirectory, { signal });
    const number = async (tag: number): Promise<number> =>
      (await readNumbers(file, { directory, tag }, { signal }))[0] ?? 0;
    const widthPx = await number(TAG.imageWidth);
    const heightPx = await number(TAG.imageLength);
    const range = { offset: await number(TAG.stripOffsets), length: await number(TAG.stripByteCounts) };
    const cellUm = UM_PER_CM / (await number(TAG.xResolution));
    const isHeatmap =
      (await number(TAG.bitsPerSample)) === FLOAT32.bits &&
      (await number(TAG.sampleFormat)) === FLOAT32.format &&
      (await number(TAG.compression)) === 1 &&
      range.length === widthPx * heightPx * 4 &&
      Number.isFinite(cellUm);
    if (!isHeatmap || range.length === 0) throw notAHeatmap(name);
    const bytes = await source.fetch(range, { signal });
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const data = Float32Array.from({ length: widthPx * heightPx }, (_, i) => view.getFloat32(i * 4, file.littleEndian));
    return { heatmap: { widthPx, heightPx, data }, cellUm };
  } finally {
    await source.close();
  }
}

const notAHeatmap = (name: string): H2gError =>
  new H2gError({
    code: 'results-misfit',
    message: `${name} is not a heatmap that h2g run has written.`,
    hint: 'h2g run --again makes it anew.',
  });
