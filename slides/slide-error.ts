import { H2gError, type ErrorCode } from '../domain/error.ts';

type SlideCode = Extract<ErrorCode, `slide-${string}`>;

const HINTS: Record<SlideCode, string> = {
  'slide-missing': 'Check the path or URL, and that this account may see it.',
  'slide-unreadable':
    'The file is damaged or not what its name says: open it in a viewer, or export it from the scanner again.',
  'slide-truncated': 'The copy is incomplete: compare its size with the original and copy it again.',
  'slide-unsupported':
    'Convert it to a tiled pyramidal TIFF with JPEG tiles, for example `vips tiffsave in out.tif --tile --pyramid --compression jpeg`.',
  'slide-too-large': 'No scanner makes slides of this size: the header is probably damaged. Export the slide again.',
  'slide-changed': 'The slide was replaced while it was in use: let its upload finish, then start a new run.',
  'slide-io': 'Reading may succeed later: check the network and the storage, then try again.',
};

interface SlideErrorOptions extends ErrorOptions {
  /** Instead of the usual advice. */
  readonly hint?: string;
}

/** An error about one slide; `what` goes on where the slide's name ends: "ends at byte 10, but …". */
export const slideError = (code: SlideCode, name: string, what: string, options: SlideErrorOptions = {}): H2gError =>
  new H2gError({ code, message: `${name} ${what}`, hint: options.hint ?? HINTS[code] }, options);
