import type { InferenceSession } from 'onnxruntime-node';

/** One input or output as the graph itself states it. Texts in the shape are dimensions left open; an empty shape is not stated. */
export interface GraphPort {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly (number | string)[];
}

export interface GraphPorts {
  readonly inputs: readonly GraphPort[];
  readonly outputs: readonly GraphPort[];
}

export const portsOf = (session: Pick<InferenceSession, 'inputMetadata' | 'outputMetadata'>): GraphPorts => ({
  inputs: session.inputMetadata.map(portOf),
  outputs: session.outputMetadata.map(portOf),
});

const portOf = (meta: InferenceSession.ValueMetadata): GraphPort =>
  meta.isTensor
    ? { name: meta.name, type: meta.type, shape: meta.shape }
    : { name: meta.name, type: 'no tensor', shape: [] };

/** @example describePort({ name: 'input_1', type: 'float32', shape: ['N', 256, 256, 3] }) // "input_1 (float32, N x 256 x 256 x 3)" */
export const describePort = ({ name, type, shape }: GraphPort): string =>
  `${name} (${type}, ${shape.length === 0 ? 'shape not stated' : shape.join(' x ')})`;
