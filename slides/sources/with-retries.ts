import { RETRIES, retry } from './retry.ts';
import { withFetch, type SourceLayer } from './source-layer.ts';

/** Tries transient failures again, with growing pauses. */
export const withRetries =
  (options: { attempts: number; firstDelayMs: number } = RETRIES): SourceLayer =>
  (source) =>
    withFetch(source, (range, fetchOptions) =>
      retry(() => source.fetch(range, fetchOptions), { ...options, signal: fetchOptions?.signal }),
    );
