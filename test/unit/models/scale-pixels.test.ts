import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Scaling, writeGrey, writeRgb } from '../../../models/scale-pixels.ts';
import { type Layout, placeChannels } from '../../../models/tensor-layout.ts';

const pictures = fc
  .uint8Array({ minLength: 3, maxLength: 90 })
  .map((bytes) => bytes.subarray(0, bytes.length - (bytes.length % 3)));
const layouts = fc.constantFrom<Layout>('NHWC', 'NCHW');

/** Where a value lies, written out for each layout. */
const indexOf = (
  layout: Layout,
  { pixel, channel, channels, pixels }: Record<'pixel' | 'channel' | 'channels' | 'pixels', number>,
) => (layout === 'NHWC' ? pixel * channels + channel : channel * pixels + pixel);

test.each<[Scaling, (value: number, all: Uint8Array) => number]>([
  ['unit', (value) => value / 255],
  [
    'minmax',
    (value, all) => {
      const [min, max] = [Math.min(...all), Math.max(...all)];
      return max === min ? 0 : (value - min) / (max - min);
    },
  ],
])('%s puts every value scaled into its place and touches no other', (scaling, expected) => {
  fc.assert(
    fc.property(pictures, layouts, fc.nat(2), (data, layout, room) => {
      const pixels = data.length / 3;
      // Of three channels the picture is all there is, of more it is a part.
      const channels = 3 + room * 2;
      const first = room;
      const values = new Float32Array(pixels * channels).fill(-7);
      writeRgb(data, scaling, { values, placement: placeChannels({ layout, channels, first, pixels }) });
      const wanted = new Float32Array(pixels * channels).fill(-7);
      data.forEach((value, at) => {
        const place = { pixel: Math.floor(at / 3), channel: first + (at % 3), channels, pixels };
        wanted[indexOf(layout, place)] = expected(value, data);
      });
      expect(values).toEqual(wanted);
    }),
  );
});

test('a heatmap goes into its channel as it is', () => {
  const values = new Float32Array(8);
  writeGrey(Float32Array.from([0.25, 0.75]), {
    values,
    placement: placeChannels({ layout: 'NHWC', channels: 4, first: 3, pixels: 2 }),
  });
  expect([...values]).toEqual([0, 0, 0, 0.25, 0, 0, 0, 0.75]);
});
