export interface Quadrature {
  readonly nodes: Float64Array;
  readonly weights: Float64Array;
}

const ORDER = 16;
const NEWTON_STEPS = 20;

/** Gauss and Legendre's nodes and weights of order 16 on each of `panels` equal parts of an interval. */
export function quadrature({ from, to, panels }: { from: number; to: number; panels: number }): Quadrature {
  const half = (to - from) / (2 * panels);
  const nodes = new Float64Array(panels * ORDER);
  const weights = new Float64Array(panels * ORDER);
  for (let panel = 0; panel < panels; panel++) {
    const middle = from + half * (2 * panel + 1);
    for (const [i, { node, weight }] of UNIT_RULE.entries()) {
      nodes[panel * ORDER + i] = middle + half * node;
      weights[panel * ORDER + i] = half * weight;
    }
  }
  return { nodes, weights };
}

/** On the interval from -1 to 1, by Newton's method from Chebyshev's guess of the roots. */
const UNIT_RULE = Array.from({ length: ORDER }, (_, i) => {
  let node = Math.cos((Math.PI * (i + 0.75)) / (ORDER + 0.5));
  let slope = 1;
  for (let step = 0; step < NEWTON_STEPS; step++) {
    const { value, derivative } = legendre(node);
    node -= value / derivative;
    slope = derivative;
  }
  return { node, weight: 2 / ((1 - node * node) * slope * slope) };
});

function legendre(x: number): { value: number; derivative: number } {
  let [before, value] = [1, x];
  for (let n = 2; n <= ORDER; n++) [before, value] = [value, ((2 * n - 1) * x * value - (n - 1) * before) / n];
  return { value, derivative: (ORDER * (x * value - before)) / (x * x - 1) };
}
