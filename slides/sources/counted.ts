import { withFetch, type SourceLayer } from './source-layer.ts';

/** Tells how many bytes were really read. */
export const counted =
  (onRead: (bytes: number) => void): SourceLayer =>
  (source) =>
    withFetch(source, async (range, options) => {
      const bytes = await source.fetch(range, options);
      onRead(bytes.byteLength);
      return bytes;
    });
