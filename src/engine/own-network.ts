import { connect } from 'node:net'
import { type Clock, systemClock } from '../core/clock.ts'

/** Tells whether our own network is gone: every reference address fails as well. Asked when something fails. */
export interface OwnNetwork {
  isGone(): Promise<boolean>
  readonly references: readonly string[]
}

const waitMs = 3000
/** An answer serves those who ask within this time: a network can go and come while a run looks. */
const keptMs = 5000

/** `references` are `tcp://host:port` or URLs; without any, nothing can be said and the network counts as there. */
export function createOwnNetwork(references: readonly string[], clock: Clock = systemClock): OwnNetwork {
  let asked: { readonly atMs: number; readonly answer: Promise<boolean> } | undefined
  const ask = async (): Promise<boolean> => {
    if (references.length === 0) return false
    const answers = await Promise.all(references.map(doesAnswer))
    return answers.every((answer) => !answer)
  }
  return {
    references,
    isGone: () => {
      const now = clock.monotonicMs()
      if (asked === undefined || now - asked.atMs > keptMs) asked = { atMs: now, answer: ask() }
      return asked.answer
    },
  }
}

/** Whether an address (a URL, `host:port` or a host) is of this very machine: then our network does not matter. */
export function isLocal(address: string): boolean {
  const hostname = URL.canParse(address) ? new URL(address).hostname : ''
  // `db:5432` reads as a URL of the scheme `db`, without a host.
  const host = (hostname || address.replace(/^\[(.*)\](?::\d+)?$|^([^:]*):\d+$/, '$1$2')).toLowerCase()
  const plain = host.replace(/^\[|\]$/g, '')
  return plain === 'localhost' || plain === '::1' || /^127(?:\.\d+){1,3}$/.test(plain) || plain.endsWith('.localhost')
}

function doesAnswer(reference: string): Promise<boolean> {
  const url = new URL(reference)
  const port = Number(url.port) || (url.protocol === 'http:' ? 80 : 443)
  return new Promise((resolve) => {
    const socket = connect({ host: url.hostname.replace(/^\[|\]$/g, ''), port, timeout: waitMs })
    const end = (answer: boolean) => (): void => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', end(true)).once('error', end(false)).once('timeout', end(false))
  })
}
