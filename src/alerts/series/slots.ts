/**
 * A ring of rows of numbers, oldest first, in one typed array that grows as it must. A row is addressed by the place of
 * its first number in `cells`.
 */
export class Slots {
  cells: Float64Array
  length = 0
  readonly #width: number
  #first = 0

  constructor(width: number, capacity = 8) {
    this.#width = width
    this.cells = new Float64Array(width * capacity)
  }

  /** The row of a number from 0 (the oldest) to `length - 1`. */
  row(index: number): number {
    return ((this.#first + index) * this.#width) % this.cells.length
  }

  /** Makes a row after the newest; what it holds is to be written by the caller. */
  push(): number {
    if (this.length * this.#width === this.cells.length) this.#grow()
    this.length++
    return this.row(this.length - 1)
  }

  dropOldest(): void {
    this.#first = (this.#first + 1) % (this.cells.length / this.#width)
    this.length--
  }

  /** How many rows have a first number of at most `limit`; rows stand in the order of it. */
  countUpTo(limit: number): number {
    let [low, high] = [0, this.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.cells[this.row(middle)] ?? 0) <= limit) low = middle + 1
      else high = middle
    }
    return low
  }

  #grow(): void {
    const larger = new Float64Array(this.cells.length * 2)
    const start = this.#first * this.#width
    larger.set(this.cells.subarray(start))
    larger.set(this.cells.subarray(0, start), this.cells.length - start)
    this.cells = larger
    this.#first = 0
  }
}
