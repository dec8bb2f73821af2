import { setTimeout as wait } from 'node:timers/promises'
import { startHttpReceiver } from './http-receiver.ts'

/** Somebody outside who counts pings, and knows by their absence. */
export interface OutsideDeadman extends AsyncDisposable {
  readonly url: string
  readonly pings: number
  until(count: number): Promise<void>
  /** Settles when it has heard nothing for two periods since a ping; gives the pings until then. */
  readonly noticed: Promise<number>
}

export async function startDeadman(periodMs: number): Promise<OutsideDeadman> {
  const receiver = await startHttpReceiver()
  const { received } = receiver
  const listen = async (): Promise<number> => {
    await receiver.until(1)
    for (;;) {
      const heard = received.length
      await Promise.race([receiver.until(heard + 1), wait(2 * periodMs, undefined, { ref: false })])
      if (received.length === heard) return heard
    }
  }
  return {
    url: `${receiver.url}/ping/a-path-that-only-we-know`,
    get pings() {
      return received.length
    },
    until: receiver.until,
    noticed: listen(),
    [Symbol.asyncDispose]: () => receiver[Symbol.asyncDispose](),
  }
}
