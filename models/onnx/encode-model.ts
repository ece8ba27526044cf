import {
  ELEMENT_TYPES,
  type ElementType,
  type OnnxAttribute,
  type OnnxConstant,
  type OnnxGraph,
  type OnnxNode,
  type OnnxValue,
} from './onnx-graph.ts';
import { ModelProto } from './onnx-schema.ts';

const IR_VERSION = 8;
/** The last operator set in which reductions take their axes as an attribute. */
const OPERATOR_SET = 17;
/** `AttributeProto.AttributeType`. */
const ATTRIBUTE_TYPES = { float: 1, int: 2, text: 3, ints: 7 } as const;

/** The bytes of an ONNX file; the same graph always gives the same bytes. */
export function encodeModel(graph: OnnxGraph): Uint8Array {
  const model = {
    irVersion: IR_VERSION,
    producerName: 'h2g-flow',
    docString: graph.about,
    opsetImport: [{ version: OPERATOR_SET }],
    graph: {
      name: graph.name,
      node: graph.nodes.map(nodeProto),
      initializer: graph.constants.map(tensorProto),
      input: graph.inputs.map(valueProto),
      output: graph.outputs.map(valueProto),
    },
  };
  return ModelProto.encode(ModelProto.create(model)).finish();
}

const nodeProto = ({ op, inputs, outputs, attributes = {} }: OnnxNode) => ({
  opType: op,
  input: inputs,
  output: outputs,
  attribute: Object.entries(attributes).map(([name, value]) => ({ name, ...attributeProto(value) })),
});

function attributeProto(value: OnnxAttribute) {
  if ('int' in value) return { type: ATTRIBUTE_TYPES.int, i: value.int };
  if ('float' in value) return { type: ATTRIBUTE_TYPES.float, f: value.float };
  if ('ints' in value) return { type: ATTRIBUTE_TYPES.ints, ints: value.ints };
  return { type: ATTRIBUTE_TYPES.text, s: new TextEncoder().encode(value.text) };
}

const tensorProto = ({ name, type, dims, values }: OnnxConstant) => ({
  name,
  dims,
  dataType: ELEMENT_TYPES[type],
  rawData: RAW_DATA[type](values),
});

/** ONNX stores raw data in little-endian order whatever the machine. */
const RAW_DATA: Record<ElementType, (values: readonly number[]) => Uint8Array> = {
  uint8: (values) => Uint8Array.from(values),
  float32: (values) => littleEndian(values, 4, (view, at, value) => view.setFloat32(at, value, true)),
  int64: (values) => littleEndian(values, 8, (view, at, value) => view.setBigInt64(at, BigInt(value), true)),
};

function littleEndian(
  values: readonly number[],
  sizeBytes: number,
  set: (view: DataView, at: number, value: number) => void,
): Uint8Array {
  const bytes = new Uint8Array(values.length * sizeBytes);
  const view = new DataView(bytes.buffer);
  for (const [index, value] of values.entries()) set(view, index * sizeBytes, value);
  return bytes;
}

const valueProto = ({ name, type, shape }: OnnxValue) => ({
  name,
  type: { tensorType: { elemType: ELEMENT_TYPES[type], shape: { dim: shape.map(dimensionProto) } } },
});

const dimensionProto = (size: number | string) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size });
