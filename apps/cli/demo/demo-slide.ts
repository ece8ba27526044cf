import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BinaryImage } from '../../../domain/image.ts';
import { sha256OfFile } from '../../../platform/digest.ts';
import { paintSyntheticSlide } from '../../../slides/synthetic/paint-synthetic-slide.ts';
import { asFileError } from '../file-error.ts';
import { isMissing } from '../is-missing.ts';

/** A section of 6 x 5 mm, 24 x 20 cells, half of them tissue: seconds of work on two cores. */
const DEMO_SLIDE = { widthPx: 6_000, heightPx: 5_000, mpp: 1, specimen: 'histology' } as const;

export interface DemoSlide {
  readonly path: string;
  readonly truth: BinaryImage;
}

export interface PaintRequest {
  readonly folder: string;
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly onProgress: (share: number) => void;
}

/**
 * Paints the demo's slide; the seed is in its name, so that several lie side by side. A file that is there already with the same bytes stays
 * as it is: it is then the same slide, and an interrupted run of it goes on.
 */
export async function paintDemoSlide({ folder, seed, signal, onProgress }: PaintRequest): Promise<DemoSlide> {
  const path = join(folder, `demo-${seed}.tif`);
  const fresh = join(folder, `.demo-${seed}-${process.pid}.tif`);
  try {
    await mkdir(folder, { recursive: true });
    const { truth } = await paintSyntheticSlide({ ...DEMO_SLIDE, path: fresh, seed, signal, onProgress });
    if (!(await isSame(fresh, path))) await rename(fresh, path);
    return { path, truth };
  } catch (error) {
    throw asFileError(error, folder);
  } finally {
    await rm(fresh, { force: true });
  }
}

async function isSame(fresh: string, older: string): Promise<boolean> {
  try {
    return (await sha256OfFile(older)) === (await sha256OfFile(fresh));
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
