/** One member of a protobuf message: its number, and its value in the form in which it is written. */
export type ProtoField =
  | { readonly number: number; readonly wire: 'varint'; readonly value: bigint }
  | { readonly number: number; readonly wire: 'fixed64'; readonly value: DataView }
  | { readonly number: number; readonly wire: 'bytes'; readonly value: Uint8Array }
  | { readonly number: number; readonly wire: 'fixed32'; readonly value: DataView }

/** The bytes are no protobuf message; `at` is where that shows. */
export class ProtoError extends Error {
  readonly at: number

  constructor(at: number) {
    super(`no protobuf message at byte ${at}`)
    this.at = at
  }
}

/** A varint has at most ten bytes: 64 bits, seven in each. Undefined when the bytes end within it. */
export function readVarint(
  bytes: Uint8Array,
  at: number,
): { readonly value: bigint; readonly end: number } | undefined {
  let value = 0n
  for (let index = 0; index < 10; index++) {
    const byte = bytes[at + index]
    if (byte === undefined) return undefined
    value |= BigInt(byte & 0x7f) << BigInt(7 * index)
    if (byte < 0x80) return { value: BigInt.asUintN(64, value), end: at + index + 1 }
  }
  throw new ProtoError(at)
}

/** Every member of a message in its order. Source: Protocol Buffers, "Encoding". Throws `ProtoError`. */
export function* protoFields(bytes: Uint8Array): Generator<ProtoField> {
  let at = 0
  const varint = (): bigint => {
    const read = readVarint(bytes, at)
    if (read === undefined) throw new ProtoError(at)
    at = read.end
    return read.value
  }
  const take = (length: number): Uint8Array => {
    if (length > bytes.length - at) throw new ProtoError(at)
    const part = bytes.subarray(at, at + length)
    at += length
    return part
  }
  const view = (length: number): DataView => {
    const { buffer, byteOffset } = take(length)
    return new DataView(buffer, byteOffset, length)
  }
  while (at < bytes.length) {
    const start = at
    const tag = varint()
    const number = Number(tag >> 3n)
    switch (tag & 7n) {
      case 0n:
        yield { number, wire: 'varint', value: varint() }
        break
      case 1n:
        yield { number, wire: 'fixed64', value: view(8) }
        break
      case 2n:
        yield { number, wire: 'bytes', value: take(Number(varint())) }
        break
      case 5n:
        yield { number, wire: 'fixed32', value: view(4) }
        break
      default:
        throw new ProtoError(start)
    }
  }
}

/** The number that a field holds: a whole one, or a `double`. NaN when it holds none. */
export function numberOf(field: ProtoField): number {
  if (field.wire === 'varint') return Number(field.value)
  return field.wire === 'fixed64' ? field.value.getFloat64(0, true) : Number.NaN
}

/** As `sint32` and `sint64` are written: the sign is the lowest bit. */
export function zigzag(value: bigint): number {
  return Number((value >> 1n) ^ -(value & 1n))
}

/** All numbers of a repeated field, packed into one or each by itself. */
export function* packed(field: ProtoField, kind: 'sint' | 'double'): Generator<number> {
  if (field.wire === 'varint') yield zigzag(field.value)
  else if (field.wire === 'fixed64') yield field.value.getFloat64(0, true)
  else if (field.wire === 'bytes' && kind === 'double') {
    const { buffer, byteOffset, length } = field.value
    if (length % 8 !== 0) throw new ProtoError(0)
    const view = new DataView(buffer, byteOffset, length)
    for (let at = 0; at < length; at += 8) yield view.getFloat64(at, true)
  } else if (field.wire === 'bytes') {
    for (let at = 0; at < field.value.length; ) {
      const read = readVarint(field.value, at)
      if (read === undefined) throw new ProtoError(at)
      yield zigzag(read.value)
      at = read.end
    }
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true })

export function textOf(field: ProtoField): string {
  if (field.wire !== 'bytes') throw new ProtoError(0)
  try {
    return decoder.decode(field.value)
  } catch {
    throw new ProtoError(0)
  }
}

/** The members of a message within a message. */
export function fieldsOf(field: ProtoField): Iterable<ProtoField> {
  if (field.wire !== 'bytes') throw new ProtoError(0)
  return protoFields(field.value)
}
