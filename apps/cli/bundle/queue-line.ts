import { modelToken, type BundleRef } from '../../../domain/bundle.ts';

/** By which name operators meet a bundle. */
export const queueLine = (bundle: Omit<BundleRef, 'url'>): string =>
  `  In the queue and in metrics it is ${modelToken(bundle)}.`;
