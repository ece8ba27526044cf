import type { RefinementStage } from '../domain/bundle.ts';
import { H2gError } from '../domain/error.ts';
import type { Size } from '../domain/geometry.ts';
import type { FloatImage, RgbImage } from '../domain/image.ts';
import { writeGrey, writeRgb } from './scale-pixels.ts';
import { type Layout, placeChannels, tensorShape } from './tensor-layout.ts';

export interface RefinementPictures {
  readonly image: RgbImage;
  readonly heatmap: FloatImage;
}

/** The values of one input of a network. */
export interface Feed {
  readonly name: string;
  readonly values: Float32Array;
  readonly shape: readonly number[];
}

/** The pictures as the network wants them: image and heatmap apart, the image alone, or one input of four channels. Throws `internal` when a picture has another size. */
export function refinementFeeds(refinement: RefinementStage, pictures: RefinementPictures): Feed[] {
  const { inputs, sizePx } = refinement;
  requireSquare(pictures.image, sizePx);
  requireSquare(pictures.heatmap, sizePx);
  return 'stacked' in inputs ? [stackedFeed(inputs.stacked, sizePx, pictures)] : feedsApart(inputs, sizePx, pictures);
}

type Inputs = RefinementStage['inputs'];
type InputsApart = Extract<Inputs, { image: unknown }>;
type Stacked = Extract<Inputs, { stacked: unknown }>['stacked'];

function feedsApart({ image, heatmap }: InputsApart, sizePx: number, pictures: RefinementPictures): Feed[] {
  const pixels = sizePx * sizePx;
  const imageFeed = emptyFeed(image, sizePx, 3);
  const placement = placeChannels({ layout: image.layout, channels: 3, first: 0, pixels });
  writeRgb(pictures.image.data, image.scaling, { values: imageFeed.values, placement });
  if (heatmap === undefined) return [imageFeed];
  // One channel lies the same way in both layouts, so the heatmap needs no copy.
  const shape = tensorShape(heatmap.layout, { sizePx, channels: 1, count: 1 });
  return [imageFeed, { name: heatmap.name, values: pictures.heatmap.data, shape }];
}

function stackedFeed(stacked: Stacked, sizePx: number, { image, heatmap }: RefinementPictures): Feed {
  const pixels = sizePx * sizePx;
  const feed = emptyFeed(stacked, sizePx, 4);
  const imageFirst = stacked.order[0] === 'image';
  const place = (first: number) => placeChannels({ layout: stacked.layout, channels: 4, first, pixels });
  writeRgb(image.data, stacked.scaling, { values: feed.values, placement: place(imageFirst ? 0 : 1) });
  writeGrey(heatmap.data, { values: feed.values, placement: place(imageFirst ? 3 : 0) });
  return feed;
}

const emptyFeed = ({ name, layout }: { name: string; layout: Layout }, sizePx: number, channels: number): Feed => ({
  name,
  values: new Float32Array(sizePx * sizePx * channels),
  shape: tensorShape(layout, { sizePx, channels, count: 1 }),
});

function requireSquare({ widthPx, heightPx }: Size, sizePx: number): void {
  if (widthPx === sizePx && heightPx === sizePx) return;
  throw new H2gError({
    code: 'internal',
    message: `the refinement got a picture of ${widthPx} x ${heightPx}, expected ${sizePx} x ${sizePx}`,
    hint: 'This should not happen: please report it with the log.',
  });
}
