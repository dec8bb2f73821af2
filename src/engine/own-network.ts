import { connect } from 'node:net'

/** Tells whether our own network is gone: every reference address failed as well. Asked once a run, when something fails. */
export interface OwnNetwork {
  isGone(): Promise<boolean>
  readonly references: readonly string[]
}

const waitMs = 3000

/** `references` are `tcp://host:port` or URLs; without any, nothing can be said and the network counts as there. */
export function createOwnNetwork(references: readonly string[]): OwnNetwork {
  let asked: Promise<boolean> | undefined
  const ask = async (): Promise<boolean> => {
    if (references.length === 0) return false
    const answers = await Promise.all(references.map(doesAnswer))
    return answers.every((answer) => !answer)
  }
  return {
    references,
    isGone: () => {
      asked ??= ask()
      return asked
    },
  }
}

/** Whether an address is of this very machine: then our network does not matter. */
export function isLocal(address: string): boolean {
  const host = URL.canParse(address) ? new URL(address).hostname : address
  return (
    host === 'localhost' || host.startsWith('127.') || host === '[::1]' || host === '::1' || host.endsWith('.localhost')
  )
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
