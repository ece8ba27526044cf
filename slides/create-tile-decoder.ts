import { H2gError } from '../domain/error.ts';
import { JpegScratch } from './decode/assemble-jpeg.ts';
import { turboJpegPaths } from './decode/find-turbo-jpeg.ts';
import type { JpegDecoder } from './decode/jpeg-decoder.ts';
import { paintJpeg } from './decode/paint-jpeg.ts';
import { paintSamples } from './decode/paint-samples.ts';
import { createSharpJpegDecoder } from './decode/sharp-jpeg-decoder.ts';
import { createTurboJpegDecoder } from './decode/turbo-jpeg-decoder.ts';
import type { TileDecoder } from './tile-decoder.ts';

export interface TileDecoderOptions {
  /** `auto`: libturbojpeg where it is found, else sharp, which gives the same pixels more slowly. */
  readonly jpeg?: 'auto' | 'libturbojpeg' | 'sharp' | undefined;
  /** Where libturbojpeg lies, when it is none of the places that are looked into; given, it must load. */
  readonly libraryPath?: string | undefined;
}

/** Makes the decoder of one thread. */
export async function createTileDecoder(options: TileDecoderOptions = {}): Promise<TileDecoder> {
  const jpeg = await createJpegDecoder(options);
  const scratch = { jpeg: new JpegScratch(), pixels: new JpegScratch() };
  return {
    name: jpeg.name,
    detail: jpeg.detail,
    paint: (job) => (job.encoding.compression === 'jpeg' ? paintJpeg(job, jpeg, scratch) : paintSamples(job)),
    close: () => jpeg.close(),
  };
}

async function createJpegDecoder({ jpeg = 'auto', libraryPath }: TileDecoderOptions): Promise<JpegDecoder> {
  if (jpeg === 'sharp') return createSharpJpegDecoder('sharp was asked for');
  const failures: string[] = [];
  for (const path of libraryPath === undefined ? turboJpegPaths() : [libraryPath]) {
    try {
      return await createTurboJpegDecoder(path);
    } catch (error) {
      failures.push(`${path}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const detail = failures.join('; ') || 'no place is known for libturbojpeg on this system';
  if (jpeg === 'auto' && libraryPath === undefined) return createSharpJpegDecoder(detail);
  throw new H2gError({
    code: 'provider-unavailable',
    message: `libturbojpeg could not be loaded (${detail}).`,
    hint: 'Install it (Debian: libturbojpeg0, Homebrew: jpeg-turbo), or do without: sharp gives the same pixels.',
  });
}
