import { taps, type Step, type Tap } from './bilinear.ts';
import type { Size } from './geometry.ts';
import type { BinaryImage, FloatImage } from './image.ts';

/**
 * Samples `source` as `sampleBilinear` does and sets what is over the threshold, to the bit, in a fraction of the time and memory: where the
 * four neighbours agree, all that is interpolated between them agrees too. So only the pixels along the edges are computed.
 */
export function cutBilinear(
  source: FloatImage,
  { size, step, threshold }: { size: Size; step: Step; threshold: number },
): BinaryImage {
  const { widthPx, heightPx } = size;
  const data = new Uint8Array(widthPx * heightPx);
  const columns = spansOf(taps(widthPx, step.x, source.widthPx));
  for (const rows of spansOf(taps(heightPx, step.y, source.heightPx))) {
    const { agreed, edges } = compareNeighbours(source, { rows, columns, threshold });
    for (let i = 0; i < rows.weights.length; i++) {
      const into = data.subarray((rows.start + i) * widthPx, (rows.start + i + 1) * widthPx);
      for (const { from, to } of agreed) into.fill(1, from, to);
      for (const edge of edges) cutEdge(edge, { down: rows.weights[i]!, threshold, into });
    }
  }
  return { widthPx, heightPx, data };
}

/** Neighbouring pixels of a row or column that lie between the same two of the source. */
interface Span {
  readonly low: number;
  readonly high: number;
  readonly start: number;
  /** Of each pixel, the share of `high`. */
  readonly weights: readonly number[];
}

function spansOf(all: readonly Tap[]): Span[] {
  const spans: (Span & { weights: number[] })[] = [];
  for (const [start, { low, high, weight }] of all.entries()) {
    const last = spans.at(-1);
    if (last?.low === low) last.weights.push(weight);
    else spans.push({ low, high, start, weights: [weight] });
  }
  return spans;
}

/** A span of columns of whose four neighbours some are over the threshold: those above it, `a` and `b`, and those below. */
interface Edge {
  readonly span: Span;
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
}

interface Comparing {
  readonly rows: Span;
  readonly columns: readonly Span[];
  readonly threshold: number;
}

/** Between two rows of the source: the pixels that are surely over the threshold, and the spans to be computed. */
function compareNeighbours(
  { data, widthPx }: FloatImage,
  { rows, columns, threshold }: Comparing,
): { agreed: { from: number; to: number }[]; edges: Edge[] } {
  const agreed: { from: number; to: number }[] = [];
  const edges: Edge[] = [];
  for (const span of columns) {
    const a = data[rows.low * widthPx + span.low]!;
    const b = data[rows.low * widthPx + span.high]!;
    const c = data[rows.high * widthPx + span.low]!;
    const d = data[rows.high * widthPx + span.high]!;
    const over = Number(a > threshold) + Number(b > threshold) + Number(c > threshold) + Number(d > threshold);
    const last = agreed.at(-1);
    if (over === 4 && last?.to === span.start) last.to += span.weights.length;
    else if (over === 4) agreed.push({ from: span.start, to: span.start + span.weights.length });
    else if (over > 0) edges.push({ span, a, b, c, d });
  }
  return { agreed, edges };
}

function cutEdge(
  { span: { start, weights }, a, b, c, d }: Edge,
  { down, threshold, into }: { down: number; threshold: number; into: Uint8Array },
): void {
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i]!;
    const above = a * (1 - weight) + b * weight;
    const below = c * (1 - weight) + d * weight;
    if (Math.fround(above * (1 - down) + below * down) > threshold) into[start + i] = 1;
  }
}
