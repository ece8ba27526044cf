type Vector = readonly [number, number, number];

/**
 * How much optical density each stain adds to red, green and blue; their directions after Ruifrok and Johnston,
 * "Quantification of histochemical staining by color deconvolution", Anal Quant Cytol Histol 23 (2001).
 */
const HAEMATOXYLIN: Vector = [0.65, 0.704, 0.286];
const EOSIN: Vector = [0.072, 0.99, 0.105];

const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const scale = (a: Vector, factor: number): Vector => [a[0] * factor, a[1] * factor, a[2] * factor];
const unit = (a: Vector): Vector => scale(a, 1 / Math.sqrt(dot(a, a)));
const cross = (a: Vector, b: Vector): Vector => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];

/** What is perpendicular to eosin and to the residual, so long that haematoxylin itself counts one. */
function haematoxylinWeights(haematoxylin: Vector, eosin: Vector): Vector {
  const residual = cross(haematoxylin, eosin);
  const normal = cross(eosin, residual);
  return scale(normal, 1 / dot(normal, haematoxylin));
}

/** A pixel's optical density (base 10) times these weights is its haematoxylin: eosin counts nothing, haematoxylin of density 1 counts 1. */
export const HAEMATOXYLIN_WEIGHTS: Vector = haematoxylinWeights(unit(HAEMATOXYLIN), unit(EOSIN));
