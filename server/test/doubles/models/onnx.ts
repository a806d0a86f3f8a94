/** Enough of ONNX's protobuf to write a small model: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto */
type Field = [number: number, value: number | string | Buffer | Field[]]

function varint(value: number): Buffer {
  const bytes: number[] = []
  // Negative numbers are 64 bits wide.
  let rest = BigInt.asUintN(64, BigInt(value))
  do {
    const more = rest > 127n
    bytes.push(Number(rest & 127n) | (more ? 128 : 0))
    rest >>= 7n
  } while (rest > 0n)
  return Buffer.from(bytes)
}

const message = (fields: Field[]): Buffer =>
  Buffer.concat(
    fields.flatMap(([number, value]) => {
      if (typeof value === 'number') return [varint(number << 3), varint(value)]
      const bytes = typeof value === 'string' ? Buffer.from(value) : Buffer.isBuffer(value) ? value : message(value)
      return [varint((number << 3) | 2), varint(bytes.length), bytes]
    }),
  )

const FLOAT = 1
const INT64 = 7
const INTS = 7
const INT = 2

export interface Node {
  op: string
  from: string[]
  to: string[]
  attributes?: Record<string, number | number[]>
}

export interface Value {
  name: string
  type?: 'int64'
  /** A name for what may be any size. */
  shape: (number | string)[]
}

export interface Constant {
  name: string
  shape: number[]
  values: number[]
}

export interface SmallModel {
  inputs: Value[]
  outputs: Value[]
  constants?: Constant[]
  nodes: Node[]
  metadata: Record<string, string | number>
}

const valueInfo = ({ name, type, shape }: Value): Field[] => [
  [1, name],
  [
    2,
    [
      [
        1,
        [
          [1, type === 'int64' ? INT64 : FLOAT],
          [2, shape.map((size): Field => [1, [typeof size === 'number' ? [1, size] : [2, size]]])],
        ],
      ],
    ],
  ],
]

const attribute = ([name, value]: [string, number | number[]]): Field => [
  5,
  typeof value === 'number'
    ? [
        [1, name],
        [3, value],
        [20, INT],
      ]
    : [[1, name], ...value.map((it): Field => [8, it]), [20, INTS]],
]

const nodeOf = ({ op, from, to, attributes = {} }: Node): Field[] => [
  ...from.map((it): Field => [1, it]),
  ...to.map((it): Field => [2, it]),
  [4, op],
  ...Object.entries(attributes).map(attribute),
]

const tensor = ({ name, shape, values }: Constant): Field[] => [
  ...shape.map((size): Field => [1, size]),
  [2, FLOAT],
  [8, name],
  [9, Buffer.from(new Float32Array(values).buffer)],
]

/** A file that onnxruntime loads. */
export const onnx = ({ inputs, outputs, constants = [], nodes, metadata }: SmallModel): Buffer =>
  message([
    [1, 8],
    [
      7,
      [
        ...nodes.map((it): Field => [1, nodeOf(it)]),
        [2, 'small'],
        ...constants.map((it): Field => [5, tensor(it)]),
        ...inputs.map((it): Field => [11, valueInfo(it)]),
        ...outputs.map((it): Field => [12, valueInfo(it)]),
      ],
    ],
    [8, [[2, 13]]],
    ...Object.entries(metadata).map(
      ([key, value]): Field => [
        14,
        [
          [1, key],
          [2, String(value)],
        ],
      ],
    ),
  ])
