import type { Client } from 'pg'
import { copyIn } from '../acting/copy-in.ts'

/** A session that loads rows, one COPY after the other. It is opened when it is first needed. */
export class LoadLane {
  readonly #open: () => Promise<Client>
  #client: Promise<Client> | undefined
  #last: Promise<unknown> = Promise.resolve()
  #isClosed = false
  /** How many have not come to their end. */
  waiting = 0

  constructor(open: () => Promise<Client>) {
    this.#open = open
  }

  /** Gives how many rows the server has taken; all of them or none. */
  copy(sql: string, rows: AsyncIterable<Uint8Array>): Promise<number> {
    this.waiting += 1
    const copied = this.#last.then(async () => {
      if (this.#isClosed) throw new Error('what was before it has failed')
      this.#client ??= this.#open()
      return copyIn(await this.#client, sql, rows)
    })
    this.#last = copied.then(
      () => this.#leave(),
      () => this.#leave(),
    )
    return copied
  }

  /** What it does is given up. */
  async close(): Promise<void> {
    this.#isClosed = true
    const client = await this.#client?.catch(() => undefined)
    await client?.end().catch(() => undefined)
    await this.#last
  }

  #leave(): void {
    this.waiting -= 1
  }
}
