import type { DetectionStage } from '../domain/bundle.ts';

export type Layout = DetectionStage['input']['layout'];

/** Where a picture's values lie within a flat tensor: value (pixel, channel) is at `base + pixel * pixelStride + channel * channelStride`. */
export interface Placement {
  readonly base: number;
  readonly pixelStride: number;
  readonly channelStride: number;
}

/** A picture inside a tensor of `channels` channels, beginning at channel `first`. */
export interface Channels {
  readonly layout: Layout;
  readonly channels: number;
  readonly first: number;
  /** Pixels of one channel. */
  readonly pixels: number;
}

const PLACEMENTS: Record<Layout, (channels: Channels) => Placement> = {
  NHWC: ({ channels, first }) => ({ base: first, pixelStride: channels, channelStride: 1 }),
  NCHW: ({ first, pixels }) => ({ base: first * pixels, pixelStride: 1, channelStride: pixels }),
};

export const placeChannels = (channels: Channels): Placement => PLACEMENTS[channels.layout](channels);

const SHAPES: Record<Layout, (picture: { sizePx: number; channels: number }) => [number, number, number]> = {
  NHWC: ({ sizePx, channels }) => [sizePx, sizePx, channels],
  NCHW: ({ sizePx, channels }) => [channels, sizePx, sizePx],
};

/** Shape of `count` square pictures. @example tensorShape('NHWC', { sizePx: 256, channels: 3, count: 1 }) // [1, 256, 256, 3] */
export const tensorShape = (
  layout: Layout,
  { sizePx, channels, count }: { sizePx: number; channels: number; count: number },
): number[] => [count, ...SHAPES[layout]({ sizePx, channels })];
