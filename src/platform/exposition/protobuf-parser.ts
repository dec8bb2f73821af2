import { defaultLimits, type ExpositionLimits, type ExpositionParser, type ExpositionSink } from './exposed.ts'
import { ExpositionError, type ExpositionProblem } from './exposition-error.ts'
import { readMetricFamily } from './metric-family.ts'
import { ProtoError, readVarint } from './protobuf-reader.ts'

/**
 * Reads the delimited protobuf exposition, the only one that has native histograms: each message is the length and the
 * bytes of a `MetricFamily`. It holds one message at most.
 */
export function createProtobufParser(sink: ExpositionSink, limits: ExpositionLimits = defaultLimits): ExpositionParser {
  let held = new Uint8Array(0)
  let [message, bytes] = [1, 0]
  const fail = (problem: ExpositionProblem, at: number): never => {
    throw new ExpositionError(problem, message, at + 1)
  }
  const guarded = <T>(work: () => T): T => {
    try {
      return work()
    } catch (error) {
      if (error instanceof ProtoError) return fail('protobuf', error.at)
      throw error
    }
  }
  return {
    push: (piece) => {
      bytes += piece.length
      if (bytes > limits.maxBytes) fail('too-long', 0)
      held = joined(held, piece)
      let at = 0
      for (;;) {
        const length = guarded(() => readVarint(held, at))
        if (length === undefined) break
        if (length.value > BigInt(limits.maxUnit)) fail('line-too-long', 0)
        const end = length.end + Number(length.value)
        if (end > held.length) break
        const body = held.subarray(length.end, end)
        guarded(() => readMetricFamily(body, sink))
        message++
        at = end
      }
      held = held.slice(at)
    },
    end: () => {
      if (held.length > 0) fail('no-end', held.length)
    },
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(a.length + b.length)
  all.set(a)
  all.set(b, a.length)
  return all
}
