import * as z from 'zod'
import { message } from '../../../core/message.ts'
import type { Target } from './sessions-to-end.ts'

/** Why a person does it: it stands in the audit beside what was done. */
export const reasonSchema = z.string().trim().max(500).default('')

export const gone = message('postgres.terminate-gone', {
  en: () => 'it has ended by itself; another may have its number now',
  fr: () => "elle s'est terminée d'elle-même ; une autre porte peut-être son numéro",
})
export const still = message<{ pid: number; limitMs: number }>('postgres.terminate-still', {
  en: (p, f) =>
    `session ${p.pid} was told to end, and is still there after ${f.duration(p.limitMs)}: it may be rolling back`,
  fr: (p, f) =>
    `la session ${p.pid} a reçu l'ordre de finir et est toujours là après ${f.duration(p.limitMs)} : elle annule peut-être son travail`,
})
export const sessionWords = [gone, still]

/** As it stands in the audit: whose session, and why. Not what it ran, which changes between a plan and its approval. */
export function targetOf({ pid, user, application }: Target, reason: string): string {
  const whose = `session ${pid}: ${[user, application].filter((part) => part !== '').join(' ')}`
  return reason === '' ? whose : `${whose} — ${reason}`
}
