import type { RunProgress } from '../../../platform/run-client.ts';

/** What one slide of a command is doing. */
export type SlideProgress =
  | { readonly kind: 'preparing'; readonly doing: string; readonly detail?: string | undefined }
  | { readonly kind: 'uploading'; readonly sentBytes: number; readonly sizeBytes: number }
  | { readonly kind: 'following'; readonly run: RunProgress }
  | { readonly kind: 'settled' };

/** One slide's line on the progress board. */
export interface SlideLine {
  readonly name: string;
  readonly progress: SlideProgress;
}
