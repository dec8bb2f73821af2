import { once } from 'node:events'
import { join } from 'node:path'
import type { Workshop } from './workshop.ts'

/** Something that is asked over HTTP every so often. */
export interface Target {
  readonly name: string
  readonly url: string
  readonly everySeconds: number
}

export interface TargetServer {
  /** So many targets, spread over its addresses. */
  targets(prefix: string, count: number, everySeconds: number): readonly Target[]
  break(target: Target): Promise<void>
  repair(target: Target): Promise<void>
  /** Requests until now, by the first word of the user agent. */
  asked(): Promise<Readonly<Record<string, number>>>
}

/** Services share hosts: each address serves some of the targets. */
const addresses = 25

export async function startTargets(workshop: Workshop): Promise<TargetServer> {
  const child = workshop.run(process.execPath, [join(import.meta.dirname, 'target-server.ts'), String(addresses)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const [{ ports }] = (await once(child, 'message')) as [{ readonly ports: readonly number[] }]
  const tell = async (message: object): Promise<Readonly<Record<string, number>>> => {
    child.send(message)
    const [{ asked }] = (await once(child, 'message')) as [{ readonly asked: Readonly<Record<string, number>> }]
    return asked
  }
  return {
    targets: (prefix, count, everySeconds) =>
      Array.from({ length: count }, (_, n) => ({
        name: `${prefix}${n}`,
        url: `http://127.0.0.1:${ports[n % ports.length]}/${prefix}${n}`,
        everySeconds,
      })),
    break: async ({ url }) => void (await tell({ break: new URL(url).pathname })),
    repair: async ({ url }) => void (await tell({ repair: new URL(url).pathname })),
    asked: () => tell({}),
  }
}
