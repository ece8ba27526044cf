import type { BundleManifest, BundleRef } from '../domain/bundle.ts';
import type { ByteCount } from '../domain/byte-source.ts';
import type { Rect, Size } from '../domain/geometry.ts';
import type { Heatmap } from '../domain/heatmap.ts';
import type { BinaryImage, FloatImage, RgbImage } from '../domain/image.ts';
import type { ObjectStore } from '../domain/object-store.ts';
import type { Plan } from '../domain/plan.ts';
import type { Lane } from '../domain/run-spec.ts';
import type { SlideInfo } from '../domain/slide-info.ts';
import type { TileQueue } from '../domain/tile-queue.ts';
import type { StoredTile } from '../slides/slide-reader.ts';

export interface SlideRef {
  readonly url: string;
  readonly version: string;
}

/** A level of a slide, stretched to a size. */
export interface PlaneRequest extends Size {
  readonly slide: SlideRef;
  readonly level: number;
}

/** Whose computing it is: a STAT slide waits for no other's. */
export interface Computing {
  readonly lane: Lane;
  readonly signal: AbortSignal;
}

/** Pixels and networks; both compute off the event loop, which has heartbeats to send. */
export interface SlideTools {
  inspect(slide: SlideRef): Promise<{ info: SlideInfo; bytes: ByteCount }>;
  /** Makes sure that every tile of the level lies within the file. @throws H2gError `slide-truncated` */
  checkTiles(request: { slide: SlideRef; level: number }, options: { signal: AbortSignal }): Promise<ByteCount>;
  /** The compressed tiles under a rectangle of a level, each with its bytes or why it cannot be read. @throws H2gError where not even their places are known */
  readStoredTiles(
    request: { slide: SlideRef; level: number; rect: Rect },
    options: { signal: AbortSignal },
  ): Promise<StoredTile[]>;
  readPlane(request: PlaneRequest, options: Computing): Promise<{ image: RgbImage; bytes: ByteCount }>;
}

export interface ModelTools {
  manifest(bundle: BundleRef): Promise<BundleManifest>;
  /** Probability of tumour over the square, from the picture and the heatmap over it. */
  refine(
    input: { bundle: BundleRef; image: RgbImage; heatmap: FloatImage },
    options: Computing,
  ): Promise<{ probabilities: FloatImage; provider: string }>;
}

export interface Pictured {
  readonly plan: Plan;
  readonly heatmap: Heatmap;
}

/** Encoders of the files that people open, and the way back for those that later steps read. */
export interface ResultTools {
  heatmapTiff(input: Pictured): Promise<Uint8Array>;
  heatmapPicture(input: Pictured): Promise<Uint8Array>;
  snapshot(input: Pictured): Promise<Uint8Array>;
  maskTiff(mask: BinaryImage, plan: Plan): Promise<Uint8Array>;
  decodeMaskTiff(bytes: Uint8Array): Promise<BinaryImage>;
  outlines(
    mask: BinaryImage,
    options: { plan: Plan; smooth: boolean },
  ): Promise<{ geojson: Uint8Array; outlined: BinaryImage }>;
  overlay(input: Pictured & { picture: RgbImage; mask: BinaryImage; outcomeLine: string }): Promise<Uint8Array>;
  encodePicture(picture: RgbImage): Promise<Uint8Array>;
  decodePicture(bytes: Uint8Array): Promise<RgbImage>;
}

export interface ActivityTools {
  readonly store: ObjectStore;
  readonly queue: TileQueue;
  readonly slides: SlideTools;
  readonly models: ModelTools;
  readonly results: ResultTools;
  /** What made the results, for the report. */
  readonly software: { readonly version: string; readonly versions: Record<string, string> };
  digest(text: string): string;
}
