import type { AssembledJpeg } from './assemble-jpeg.ts';

/** Where decoded rows go: 8-bit RGB, the first at `data[0]`, the next `pitchBytes` further. */
interface PixelTarget {
  readonly data: Uint8Array;
  readonly pitchBytes: number;
}

/** The bare decoder of whole JPEG streams. Damage, also such as decoders merely warn of, is an error: never a grey half tile. */
export interface JpegDecoder {
  readonly name: 'libturbojpeg' | 'sharp';
  readonly detail: string;
  decode(jpeg: AssembledJpeg, target: PixelTarget): void | Promise<void>;
  close(): void;
}
