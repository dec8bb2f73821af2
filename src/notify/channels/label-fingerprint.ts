import type { Labels } from '../../core/series.ts'

const offsetBasis = 0xcbf29ce484222325n
const prime = 0x100000001b3n
const separator = 0xff

/**
 * What Prometheus calls the fingerprint of a label set: FNV-1a (64 bit) over names and values in order of the names,
 * each followed by 0xff. Source: prometheus/common, model/signature.go, `labelSetToFingerprint`.
 */
export function labelFingerprint(labels: Labels): string {
  let hash = offsetBasis
  const add = (byte: number): void => {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * prime)
  }
  for (const name of Object.keys(labels).toSorted()) {
    for (const byte of Buffer.from(name)) add(byte)
    add(separator)
    for (const byte of Buffer.from(labels[name] ?? '')) add(byte)
    add(separator)
  }
  return hash.toString(16).padStart(16, '0')
}
