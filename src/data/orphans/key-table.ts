/** The share of the places that may be taken before there are twice as many. */
const fullAt = 0.6

/**
 * A set of keys of which only 96 bits of their SHA-256 are held, in flat arrays: 17 bytes a place, so 36 to 71 MB for a
 * million keys, however long they are. Of two million keys two are taken for one with a chance of 1 in 10^16.
 */
export interface KeyTable {
  readonly size: number
  /** Whether it is new. */
  add(key: string): boolean
  /** Notes that it was met; false when it is not in the set. */
  meet(key: string): boolean
  /** Undefined when it is not in the set. */
  wasMet(key: string): boolean | undefined
  /** Keys that were met. */
  readonly met: number
}

export function createKeyTable(): KeyTable {
  const { hash } = process.getBuiltinModule('node:crypto')
  let places = 1024
  let high = new Float64Array(places)
  let low = new Float64Array(places)
  let marks = new Uint8Array(places)
  let size = 0
  let met = 0

  const placeOf = (a: number, b: number): number => {
    let at = b % places
    while (high[at] !== 0 && (high[at] !== a || low[at] !== b)) at = (at + 1) % places
    return at
  }
  const split = (key: string): readonly [number, number] => {
    const digest = hash('sha256', key, 'buffer')
    // 0 marks a free place.
    return [digest.readUIntBE(0, 6) + 1, digest.readUIntBE(6, 6)]
  }
  const grow = (): void => {
    const old = { high, low, marks }
    places *= 2
    high = new Float64Array(places)
    low = new Float64Array(places)
    marks = new Uint8Array(places)
    for (const [index, a] of old.high.entries()) {
      if (a === 0) continue
      const b = old.low[index] ?? 0
      const at = placeOf(a, b)
      high[at] = a
      low[at] = b
      marks[at] = old.marks[index] ?? 0
    }
  }
  return {
    get size() {
      return size
    },
    get met() {
      return met
    },
    add: (key) => {
      const [a, b] = split(key)
      const at = placeOf(a, b)
      if (high[at] !== 0) return false
      high[at] = a
      low[at] = b
      size++
      if (size > places * fullAt) grow()
      return true
    },
    meet: (key) => {
      const at = placeOf(...split(key))
      if (high[at] === 0) return false
      if (marks[at] === 0) met++
      marks[at] = 1
      return true
    },
    wasMet: (key) => {
      const at = placeOf(...split(key))
      return high[at] === 0 ? undefined : marks[at] === 1
    },
  }
}
