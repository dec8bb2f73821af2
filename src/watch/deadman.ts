import { deadmanEveryMs } from '../config/deadman-schema.ts'
import type { System } from '../config/system.ts'
import type { HttpClient } from '../core/context.ts'
import { VigieError } from '../core/errors.ts'
import { message } from '../core/message.ts'
import type { Secret } from '../core/secret.ts'
import { readSecret, secretName } from '../platform/secrets.ts'

const unset = message<{ name: string }>('watch.deadman-unset', {
  en: (p) => `the address of the dead man's switch is not set: ${p.name}`,
  fr: (p) => `l'adresse du dispositif d'homme mort n'est pas définie : ${p.name}`,
})
const refused = message<{ detail: string }>('watch.deadman-refused', {
  en: (p) => `the dead man's switch did not take the ping: ${p.detail}`,
  fr: (p) => `le dispositif d'homme mort n'a pas pris le signe de vie : ${p.detail}`,
})
export const deadmanTexts = [unset, refused]

const timeoutMs = 10_000

export interface Deadman {
  readonly url: Secret
  readonly everyMs: number
}

/** Undefined when the config names none. */
export function deadmanOf({ settings: { deadman } }: System): Deadman | undefined {
  if (deadman === undefined) return undefined
  return typeof deadman === 'object' && 'url' in deadman
    ? { url: deadman.url, everyMs: deadman.every }
    : { url: deadman, everyMs: deadmanEveryMs }
}

/** Tells an address outside that the watch of a system is alive; who hears nothing knows that it is not. */
export async function pingDeadman({ url }: Deadman, baseDir: string, http: HttpClient): Promise<void> {
  const address = await readSecret(url, baseDir)
  if (address === undefined) throw new VigieError('secret-missing', unset({ name: secretName(url) }))
  const answer = await http.send({ url: address, timeoutMs, maxBodyBytes: 1000 })
  if (answer.outcome === 'answered' && answer.status < 400) return
  const detail = answer.outcome === 'answered' ? `HTTP ${answer.status}` : answer.outcome
  throw new VigieError('no-answer', refused({ detail }))
}
