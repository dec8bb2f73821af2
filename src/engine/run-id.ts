import { randomInt } from 'node:crypto'

/** Without 0, 1, l and o, which are misread when an id is typed from a screen. */
const alphabet = '23456789abcdefghijkmnpqrstuvwxyz'

/** A run's id: `r` and seven characters, short enough to be typed. */
export function newRunId(): string {
  return `r${Array.from({ length: 7 }, () => alphabet[randomInt(alphabet.length)]).join('')}`
}
