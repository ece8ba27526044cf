import type { Paint, Strip } from './paint-ground.ts';
import type { Stamp } from './scatter-cells.ts';

/** Paints one cell into whatever rows of it lie in the strip. */
export function stampCell(paint: Paint, strip: Strip, stamp: Stamp): void {
  const { mpp, fibres } = paint;
  const centreX = stamp.x / mpp;
  const centreY = stamp.y / mpp;
  const shortPx = stamp.radiusUm / mpp;
  const longPx = shortPx * stamp.stretch;
  const reachPx = longPx + 1;
  const cos = Math.cos(stamp.angle);
  const sin = Math.sin(stamp.angle);
  const firstX = Math.max(0, Math.floor(centreX - reachPx));
  const lastX = Math.min(strip.widthPx - 1, Math.ceil(centreX + reachPx));
  const firstY = Math.max(strip.top, Math.floor(centreY - reachPx));
  const lastY = Math.min(strip.top + strip.rows - 1, Math.ceil(centreY + reachPx));
  for (let y = firstY; y <= lastY; y++) {
    for (let x = firstX; x <= lastX; x++) {
      const along = (x - centreX) * cos + (y - centreY) * sin;
      const across = (y - centreY) * cos - (x - centreX) * sin;
      const from = Math.hypot(along / longPx, across / shortPx);
      // Half a pixel of soft rim on either side, and never more than the whole of a cell smaller than a pixel.
      const cover = Math.min(1, Math.max(0, (1 - from) * shortPx + 0.5)) * Math.min(1, shortPx * 1.5);
      if (cover === 0) continue;
      const texture = fibres[(y & 511) * 512 + (x & 511)]!;
      const shade = stamp.marbled * (26 * texture + 24 * (1 - from) - 9);
      const out = ((y - strip.top) * strip.widthPx + x) * 3;
      for (let channel = 0; channel < 3; channel++) {
        const under = strip.data[out + channel]!;
        strip.data[out + channel] = under + (stamp.colour[channel]! + shade - under) * cover * 0.95;
      }
    }
  }
}
