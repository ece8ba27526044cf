import type { JpegDecoder } from './jpeg-decoder.ts';

/** libturbojpeg's numbers (turbojpeg.h). */
const PIXEL_FORMAT_RGB = 0;
const FLAG_ACCURATE_DCT = 4096;
const FLAG_STOP_ON_WARNING = 8192;
const FLAG_LIMIT_SCANS = 32_768;
const FLAGS = FLAG_ACCURATE_DCT | FLAG_STOP_ON_WARNING | FLAG_LIMIT_SCANS;

const DECOMPRESS =
  'int tjDecompress2(void *handle, const uint8_t *jpeg, unsigned long size, uint8_t *pixels, int width, int pitch, int height, int format, int flags)';

/** Loads libturbojpeg from `path` and makes one handle; throws where the library or its functions are not there. */
export async function createTurboJpegDecoder(path: string): Promise<JpegDecoder> {
  const { default: koffi } = await import('koffi');
  const library = koffi.load(path);
  const create = library.func('void *tjInitDecompress()');
  const destroy = library.func('int tjDestroy(void *handle)');
  const decompress = library.func(DECOMPRESS);
  const lastError = library.func('const char *tjGetErrorStr2(void *handle)');
  const handle: unknown = create();
  if (!handle) throw new Error(`${path} gave no decompressor`);
  let open = true;
  return {
    name: 'libturbojpeg',
    detail: path,
    decode({ bytes, frame }, { data, pitchBytes }) {
      if (!open) throw new Error('the decoder is closed');
      const { widthPx, heightPx } = frame;
      // The library writes where it is told to: this is the last place where a wrong size can be stopped.
      if (data.byteLength < (heightPx - 1) * pitchBytes + widthPx * 3)
        throw new RangeError('the tile does not fit its canvas');
      const failed: unknown = decompress(
        handle,
        bytes,
        bytes.byteLength,
        data,
        widthPx,
        pitchBytes,
        heightPx,
        PIXEL_FORMAT_RGB,
        FLAGS,
      );
      if (failed !== 0) throw new Error(`libturbojpeg says "${String(lastError(handle))}"`);
    },
    close() {
      if (open) destroy(handle);
      open = false;
    },
  };
}
