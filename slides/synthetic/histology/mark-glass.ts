import { smoothNoise } from '../random.ts';
import type { Strip } from '../paint-ground.ts';
import { widened } from './fold-tissue.ts';
import type { HistologySpecimen } from './plan-histology.ts';
import { bandDepthUm, blobBox, blobDepthUm } from './shapes.ts';
import { visitShape } from './visit-shape.ts';

/** No ink is blacker. */
const DARKEST = 16;

/** What lies on or under the cover slip: bubbles of air and strokes of a pen. */
export function markGlass(strip: Strip, { specimen, mpp }: { specimen: HistologySpecimen; mpp: number }): void {
  const { artefacts, seed } = specimen;
  for (const bubble of artefacts.bubbles) {
    const depthAt = (x: number, y: number): number => blobDepthUm(bubble, x, y);
    visitShape(strip, { box: blobBox(bubble), depthAt, fromDepthUm: 0, mpp }, (at, depth) => {
      const rim = Math.max(0, 1 - Math.abs(depth - 9) / 9);
      const inner = Math.max(0, 1 - Math.abs(depth - 24) / 7);
      const through = 1 - 0.5 * rim;
      for (let channel = at * 3; channel < at * 3 + 3; channel++) {
        const faded = strip.data[channel]! + (236 - strip.data[channel]!) * (0.12 + 0.3 * inner);
        strip.data[channel] = Math.max(DARKEST, faded * through);
      }
    });
  }
  artefacts.pens.forEach(({ band, ink }, index) => {
    const depthAt = (x: number, y: number): number =>
      bandDepthUm(band, x, y) + 14 * smoothNoise(seed + 95 + index, x / 45, y / 45);
    visitShape(strip, { box: widened(band.box, 16), depthAt, fromDepthUm: 0, mpp }, (at, depth, x, y) => {
      const streak = smoothNoise(seed + 98, (x + y) / 40, (x - y) / 160);
      const cover = Math.min(1, depth / 14) * (0.84 + 0.16 * streak);
      for (let channel = 0; channel < 3; channel++) {
        const through = 1 - (1 - ink[channel]!) * cover;
        strip.data[at * 3 + channel] = Math.max(DARKEST, strip.data[at * 3 + channel]! * through);
      }
    });
  });
}
