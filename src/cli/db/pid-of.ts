import { VigieError } from '../../core/errors.ts'
import { message } from '../../core/message.ts'
import type { Arguments } from '../command.ts'

const notAPid = message<{ value: string }>('cli.not-a-pid', {
  en: (p) => `"${p.value}" is not the number of a session.`,
  fr: (p) => `« ${p.value} » n'est pas le numéro d'une session.`,
})
const seeActivity = message('cli.not-a-pid-hint', {
  en: () => 'See which sessions there are: vigie db activity',
  fr: () => 'Voyez les sessions : vigie db activity',
})
export const pidTexts = [notAPid, seeActivity]

/** The process number that a command names first. Throws `usage`. */
export function pidOf({ positionals }: Arguments): number {
  const value = positionals[0] ?? ''
  if (/^[1-9]\d{0,9}$/.test(value) && Number(value) < 2 ** 31) return Number(value)
  throw new VigieError('usage', notAPid({ value }), { hint: seeActivity({}) })
}
