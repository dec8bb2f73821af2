import { setTimeout as wait } from 'node:timers/promises'
import { connect } from './postgres-checks.ts'

/** What an application does all the time, and what came of it. */
export interface BusyApplication {
  /** Rows written into one table, and lost calls of that. */
  readonly written: number
  readonly failed: number
  readonly why: string
  /** Reads of another table that were answered, and that were not. */
  readonly found: number
  readonly missed: number
  until(isSo: () => boolean): Promise<void>
  end(): Promise<void>
}

const limitMs = 60_000

/** Writes by one statement and reads by another, without end, in a session of its own. */
export async function busyApplication(url: string, write: string, read: string): Promise<BusyApplication> {
  const client = await connect(url, 'application')
  const seen = { written: 0, failed: 0, why: '', found: 0, missed: 0 }
  let isOver = false
  const going = (async () => {
    while (!isOver) {
      try {
        await client.query(write)
        seen.written += 1
      } catch (error) {
        seen.failed += 1
        seen.why = String(error)
      }
      await client.query(read).then(
        () => (seen.found += 1),
        () => (seen.missed += 1),
      )
      await wait(2)
    }
  })()
  return Object.assign(seen, {
    until: async (isSo: () => boolean) => {
      const deadline = performance.now() + limitMs
      while (!isSo()) {
        if (performance.now() > deadline) throw new Error(`never came true: ${JSON.stringify(seen)}`)
        await wait(10)
      }
    },
    end: async () => {
      isOver = true
      await going
      await client.end()
    },
  })
}
