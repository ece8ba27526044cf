import type { Draws } from './draws.ts';
import { type Band, type Blob, drawBand, drawBlob } from './shapes.ts';

/** Share of red, green and blue light that a pen's ink lets through. */
export type Ink = readonly [red: number, green: number, blue: number];

/** What went wrong between the knife and the scanner; lengths in um. */
export interface Artefacts {
  readonly pens: readonly { readonly band: Band; readonly ink: Ink }[];
  readonly folds: readonly Band[];
  readonly blurs: readonly { readonly area: Blob; readonly blurUm: number }[];
  readonly bubbles: readonly Blob[];
  /** Share of the places for a speck of dirt that have one. */
  readonly debris: number;
}

const INKS: readonly Ink[] = [
  [0.2, 0.32, 0.72],
  [0.17, 0.18, 0.2],
  [0.22, 0.6, 0.36],
];

/** Every kind is missing on most slides. */
export function planArtefacts(draws: Draws, { widthUm, heightUm }: { widthUm: number; heightUm: number }): Artefacts {
  const side = Math.min(widthUm, heightUm);
  const place = (): { x: number; y: number } => ({
    x: widthUm * draws.between(0.1, 0.9),
    y: heightUm * draws.between(0.1, 0.9),
  });
  const some = (share: number, most: number): undefined[] =>
    Array.from({ length: draws.chance(share) ? 1 + Math.floor(draws.unit() * most) : 0 });
  const ink = INKS[Math.floor(draws.unit() * INKS.length)]!;
  return {
    pens: some(0.4, 3).map(() => ({
      ink,
      band: drawBand(draws, place(), {
        angle: draws.unit() * Math.PI * 2,
        lengthUm: side * draws.between(0.15, 0.7),
        halfWidthUm: Math.min(side * 0.03, draws.between(70, 220)),
        bend: 3,
      }),
    })),
    folds: some(0.4, 3).map(() =>
      drawBand(draws, place(), {
        angle: draws.unit() * Math.PI * 2,
        lengthUm: side * draws.between(0.15, 0.5),
        halfWidthUm: draws.between(12, 38),
        bend: 1.2,
      }),
    ),
    blurs: some(0.5, 2).map(() => {
      const radius = Math.min(1_500, side * draws.between(0.1, 0.24));
      return {
        area: drawBlob(draws, place(), { x: radius * draws.between(1, 1.8), y: radius }, 0.3),
        blurUm: draws.between(1.6, 4),
      };
    }),
    bubbles: some(0.12, 2).map(() => {
      const radius = Math.min(600, side * draws.between(0.05, 0.12));
      return drawBlob(draws, place(), { x: radius * draws.between(1, 1.15), y: radius }, 0.05);
    }),
    debris: draws.between(0, 0.25),
  };
}
