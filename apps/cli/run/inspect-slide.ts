import type { DetectionStage } from '../../../domain/bundle.ts';
import type { OpenByteSource } from '../../../domain/byte-source.ts';
import { chooseDetectionLevel } from '../../../domain/level.ts';
import type { RunOptions } from '../../../domain/run-spec.ts';
import { resolveScale } from '../../../domain/scale.ts';
import type { SlideInfo } from '../../../domain/slide-info.ts';
import { openSlide } from '../../../slides/open-slide.ts';

export interface InspectRequest {
  readonly openSource: OpenByteSource;
  readonly options: RunOptions;
  readonly detection: DetectionStage;
  readonly signal: AbortSignal;
}

/**
 * Opens a slide and checks what can be checked without decoding: that it is one, its physical scale, a level that the model can look
 * at, and that every tile of it lies within the file. A bad slide so ends at once, before any server starts.
 */
export async function inspectSlide(url: URL, request: InspectRequest): Promise<SlideInfo> {
  const { openSource, options, detection, signal } = request;
  const slide = await openSlide(await openSource(url, { signal }), { signal });
  try {
    const { mpp } = resolveScale(slide.info.scale, options.mpp);
    const { level } = chooseDetectionLevel(slide.info, mpp, detection);
    await slide.checkTiles(level, { signal });
    return slide.info;
  } finally {
    await slide.close();
  }
}
