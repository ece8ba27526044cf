import type { DetectionStage, RefinementStage } from '../domain/bundle.ts';
import { describePort, type GraphPort, type GraphPorts } from './graph-ports.ts';
import { tensorShape } from './tensor-layout.ts';

/** A dimension the manifest asks for: exactly this size, at least this many channels, or whatever the graph likes (`batch`). */
type Dimension = number | { readonly atLeast: number } | 'batch';

interface ExpectedPort {
  readonly name: string;
  /** The field of `bundle.json` that names it. */
  readonly field: string;
  readonly shape: readonly Dimension[];
}

export interface ExpectedPorts {
  readonly inputs: readonly ExpectedPort[];
  readonly output: ExpectedPort;
}

/** What a detection network must take and give: N patches in, N x channels out. */
export const detectionPorts = ({ input, output, patchPx }: DetectionStage): ExpectedPorts => ({
  inputs: [
    {
      name: input.name,
      field: 'detection.input',
      shape: batched(tensorShape(input.layout, { sizePx: patchPx, channels: 3, count: 1 })),
    },
  ],
  output: { name: output.name, field: 'detection.output', shape: ['batch', { atLeast: output.tumourChannel + 1 }] },
});

/** What a refinement network must take and give; its output lies as its image input does. */
export function refinementPorts({ inputs, output, sizePx }: RefinementStage): ExpectedPorts {
  const layout = 'stacked' in inputs ? inputs.stacked.layout : inputs.image.layout;
  const channels = { atLeast: output.tumourChannel + 1 };
  const sides = [sizePx, sizePx];
  return {
    inputs: refinementInputs(inputs, sizePx),
    output: {
      name: output.name,
      field: 'refinement.output',
      shape: layout === 'NHWC' ? ['batch', ...sides, channels] : ['batch', channels, ...sides],
    },
  };
}

function refinementInputs(inputs: RefinementStage['inputs'], sizePx: number): ExpectedPort[] {
  const field = 'refinement.inputs';
  const shape = (layout: 'NHWC' | 'NCHW', channels: number) =>
    batched(tensorShape(layout, { sizePx, channels, count: 1 }));
  if ('stacked' in inputs) {
    const { name, layout } = inputs.stacked;
    return [{ name, field: `${field}.stacked`, shape: shape(layout, 4) }];
  }
  const { image, heatmap } = inputs;
  const picture = { name: image.name, field: `${field}.image`, shape: shape(image.layout, 3) };
  if (heatmap === undefined) return [picture];
  return [picture, { name: heatmap.name, field: `${field}.heatmap`, shape: shape(heatmap.layout, 1) }];
}

const batched = ([, ...rest]: number[]): Dimension[] => ['batch', ...rest];

/** Everything in which a graph is not what the manifest says, one sentence each; empty when they agree. */
export function portProblems(expected: ExpectedPorts, graph: GraphPorts): string[] {
  const named = expected.inputs.flatMap((port) => problemsOf(port, graph.inputs, 'input'));
  const foreign = graph.inputs
    .filter(({ name }) => !expected.inputs.some((port) => port.name === name))
    .map((port) => `the graph also wants the input ${describePort(port)}, which bundle.json does not name`);
  return [...named, ...foreign, ...problemsOf(expected.output, graph.outputs, 'output')];
}

function problemsOf(expected: ExpectedPort, ports: readonly GraphPort[], kind: 'input' | 'output'): string[] {
  const port = ports.find(({ name }) => name === expected.name);
  if (port === undefined) {
    const there = ports.map(describePort).join(', ');
    return [`${expected.field}.name is "${expected.name}", but the graph's ${kind}s are ${there}`];
  }
  if (port.type !== 'float32') return [`${kind} "${port.name}" holds ${port.type} values, expected float32`];
  return shapeFits(port.shape, expected.shape)
    ? []
    : [
        `${kind} "${port.name}" has the shape ${port.shape.join(' x ')}, expected ${describeShape(expected.shape)} (${expected.field})`,
      ];
}

/** Open dimensions fit anything; a shape that is not stated is judged by the trial run. */
function shapeFits(shape: readonly (number | string)[], expected: readonly Dimension[]): boolean {
  if (shape.length === 0) return true;
  return (
    shape.length === expected.length &&
    shape.every((size, index) => typeof size === 'string' || sizeFits(size, expected[index]))
  );
}

function sizeFits(size: number, expected: Dimension | undefined): boolean {
  if (expected === 'batch') return size > 0;
  if (typeof expected === 'object') return size >= expected.atLeast;
  return size === expected;
}

const describeShape = (shape: readonly Dimension[]): string => shape.map(describeDimension).join(' x ');

function describeDimension(size: Dimension): string {
  if (size === 'batch') return 'N';
  return typeof size === 'number' ? String(size) : `${size.atLeast} or more`;
}
