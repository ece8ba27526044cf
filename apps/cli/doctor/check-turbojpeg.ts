import { turboJpegPaths } from '../../../slides/decode/find-turbo-jpeg.ts';
import { createTurboJpegDecoder } from '../../../slides/decode/turbo-jpeg-decoder.ts';
import { ok, warn, type Check } from './check.ts';

/** Whether JPEG tiles are decoded by libturbojpeg; without it sharp gives the same pixels, five times slower. */
export const checkTurbojpeg: Check = async () => {
  const paths = turboJpegPaths();
  for (const path of paths) {
    if (await loads(path)) return [ok('JPEG decoder', `libturbojpeg (${path})`)];
  }
  return [
    warn(
      'JPEG decoder',
      `libturbojpeg was not found (${paths.join(', ')}); sharp is used, which gives the same pixels more slowly`,
      'Install libturbojpeg0 (Debian, Ubuntu) or jpeg-turbo (Homebrew), or run npm ci without --omit=optional.',
    ),
  ];
};

async function loads(path: string): Promise<boolean> {
  try {
    (await createTurboJpegDecoder(path)).close();
    return true;
  } catch {
    // Not there or not for this machine: the next place is tried, and the last one's absence is told of.
    return false;
  }
}
