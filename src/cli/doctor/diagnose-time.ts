import { stat } from 'node:fs/promises'
import { readConfig } from '../../config/read-config.ts'
import type { System } from '../../config/system.ts'
import type { Clock } from '../../core/clock.ts'
import { message } from '../../core/message.ts'
import type { Store } from '../../store/store.ts'
import type { Diagnosis } from './diagnosis.ts'

const zone = message<{ zone: string }>('doctor.timezone', {
  en: (p) => `routines go by ${p.zone}`,
  fr: (p) => `les routines suivent l'heure de ${p.zone}`,
})
const zoneUnset = message<{ own: string }>('doctor.timezone-unset', {
  en: (p) => `routines go by UTC, since the config names no time zone; this machine goes by ${p.own}`,
  fr: (p) => `les routines suivent l'heure UTC, faute de fuseau dans la configuration ; cette machine suit ${p.own}`,
})
const zoneHint = message<{ own: string }>('doctor.timezone-hint', {
  en: (p) => `timezone: '${p.own}' in the config`,
  fr: (p) => `timezone: '${p.own}' dans la configuration`,
})
const clockFine = message<{ now: string }>('doctor.clock', {
  en: (p, f) => `${f.dateTime(p.now)}, and nothing contradicts it`,
  fr: (p, f) => `${f.dateTime(p.now)}, et rien ne le contredit`,
})
const clockBehind = message<{ now: string; witness: string; at: string }>('doctor.clock-behind', {
  en: (p, f) =>
    `it says ${f.date(p.now)}, ${f.dateTime(p.now)}, but ${p.witness} is of ${f.date(p.at)}, ${f.dateTime(p.at)}`,
  fr: (p, f) =>
    `elle dit ${f.date(p.now)}, ${f.dateTime(p.now)}, mais ${p.witness} est du ${f.date(p.at)}, ${f.dateTime(p.at)}`,
})
const clockDiffers = message<{ host: string; ms: number }>('doctor.clock-differs', {
  en: (p, f) => `it differs by ${f.duration(p.ms)} from the clock of ${p.host}`,
  fr: (p, f) => `elle diffère de ${f.duration(p.ms)} de celle de ${p.host}`,
})
const clockHint = message('doctor.clock-hint', {
  en: () => 'Schedules, certificates and proofs go by it. Let it be set by the network: timedatectl set-ntp true',
  fr: () => "Horaires, certificats et preuves s'y fient. Laissez le réseau la régler : timedatectl set-ntp true",
})
export const timeTexts = [zone, zoneUnset, zoneHint, clockFine, clockBehind, clockDiffers, clockHint]

/** What another clock said, and what ours said then. */
export interface ClockWitness {
  readonly host: string
  readonly theirs: Date
  readonly ours: Date
}

/** A minute: cron has no finer grain. Where the state is shared, other hosts' clocks are part of the records. */
const toleranceMs = 60_000

/** Nothing here tells the right time for sure; what is known to be older, and clocks of others, tell a wrong one. */
export async function diagnoseClock(
  clock: Clock,
  store: Store | undefined,
  files: readonly string[],
  witnesses: readonly ClockWitness[],
): Promise<Diagnosis> {
  const now = clock.now()
  const fromFiles = files.map(async (file) => ({ witness: file, at: (await stat(file)).mtime }))
  const head = await store?.audit.head()
  const known = [...(await Promise.all(fromFiles)), ...(head ? [{ witness: `audit #${head.seq}`, at: head.at }] : [])]
  const later = known.find(({ at }) => at.getTime() > now.getTime() + toleranceMs)
  const warn = { name: 'clock', status: 'warn', remedy: clockHint({}) } as const
  if (later !== undefined) {
    const { witness, at } = later
    return { ...warn, summary: clockBehind({ now: now.toISOString(), witness, at: at.toISOString() }) }
  }
  for (const { host, theirs, ours } of witnesses) {
    const ms = Math.abs(theirs.getTime() - ours.getTime())
    if (ms > toleranceMs) return { ...warn, summary: clockDiffers({ host, ms }) }
  }
  return { name: 'clock', status: 'pass', summary: clockFine({ now: now.toISOString() }) }
}

/** The time zone of the routines: one that nobody chose is worth a word where the machine has another. */
export async function diagnoseTimeZone({ settings, file }: System): Promise<Diagnosis> {
  const own: string | undefined = Intl.DateTimeFormat().resolvedOptions().timeZone
  const isChosen = Object(await readConfig(file)).timezone !== undefined
  return isChosen || own === undefined || /^(?:Etc\/)?(?:UTC|GMT|UCT|Zulu)$/.test(own)
    ? { name: 'timezone', status: 'pass', summary: zone({ zone: settings.timezone }) }
    : { name: 'timezone', status: 'warn', summary: zoneUnset({ own }), remedy: zoneHint({ own }) }
}
