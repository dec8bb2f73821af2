import type { Text } from '../../../core/message.ts'
import { leftOutNote } from './backup-texts.ts'
import { type BytePath, readable } from './byte-path.ts'
import { type LeftOutReason, leftOutReasons } from './left-alone.ts'

/** Named in a text; the others are counted. */
const namedAtMost = 5

/** Places that are told: how many, and some of them. */
export class SeenPlaces {
  readonly #examples: string[] = []
  #count = 0

  add(path: BytePath): void {
    this.#count++
    if (this.#examples.length < namedAtMost) this.#examples.push(readable(path).slice(0, 200))
  }

  get count(): number {
    return this.#count
  }

  get told(): { readonly count: number; readonly examples: readonly string[] } {
    return { count: this.#count, examples: this.#examples }
  }
}

/** What a walk left out, by the reason. */
export class LeftOutPlaces {
  readonly #places = new Map<LeftOutReason, SeenPlaces>()

  add(path: BytePath, reason: LeftOutReason): void {
    const places = this.#places.get(reason) ?? new SeenPlaces()
    this.#places.set(reason, places)
    places.add(path === '' ? '.' : path)
  }

  of(reason: LeftOutReason): SeenPlaces | undefined {
    return this.#places.get(reason)
  }

  notes(): readonly Text[] {
    return leftOutReasons.flatMap((reason) => {
      const places = this.#places.get(reason)
      return places === undefined ? [] : [leftOutNote({ reason, ...places.told })]
    })
  }
}
