import { statfs } from 'node:fs/promises'
import type { System } from '../../config/system.ts'
import type { Clock } from '../../core/clock.ts'
import { fieldOf } from '../../core/field-of.ts'
import { message } from '../../core/message.ts'
import { isSecretReference } from '../../core/secret.ts'
import { newRunId } from '../../engine/run-id.ts'
import { readSecret } from '../../platform/secrets.ts'
import type { Store } from '../../store/store.ts'
import type { Diagnosis } from './diagnosis.ts'

const fine = message<{ where: string; freeBytes: number }>('doctor.store', {
  en: (p, f) => `${p.where} writable, ${f.bytes(p.freeBytes)} free`,
  fr: (p, f) => `${p.where} accessible en écriture, ${f.bytes(p.freeBytes)} libres`,
})
const fineServer = message<{ where: string }>('doctor.store-server', {
  en: (p) => `${p.where} writable`,
  fr: (p) => `${p.where} accessible en écriture`,
})
const littleSpace = message('doctor.little-space', {
  en: () => 'Make room: what cannot be written down cannot be proved',
  fr: () => 'Libérez de la place : ce qui ne peut pas être noté ne peut pas être prouvé',
})
const sameDatabase = message<{ component: string }>('doctor.same-database', {
  en: (p) =>
    `the state lives in ${p.component}, the very database that is watched: when it is down, nothing can be written down`,
  fr: (p) =>
    `l'état est gardé dans ${p.component}, la base même qui est surveillée : si elle tombe, plus rien ne peut être noté`,
})
const sameHint = message('doctor.same-hint', {
  en: () => 'Keep the state in .vigie/ (leave `store` out) or on another server',
  fr: () => "Gardez l'état dans .vigie/ (sans `store`) ou sur un autre serveur",
})
export const storeTexts = [fine, fineServer, littleSpace, sameDatabase, sameHint]

/** Room for some months of records of a small system, and for the temporary files of a clean-up of them. */
const littleSpaceBytes = 500_000_000
const leaseMs = 60_000

/** Whether an open store can be written to. Throws what the store throws. */
export async function diagnoseStore(
  store: Store,
  systems: readonly System[],
  dataDir: string,
  clock: Clock,
): Promise<Diagnosis[]> {
  await tryWriting(store, clock)
  const named = systems.find(({ settings }) => settings.store !== undefined)
  const url = named?.settings.store && (await readSecret(named.settings.store.url, named.baseDir))
  if (url !== undefined) {
    const where = URL.canParse(url) ? `PostgreSQL ${placeOf(url)}` : 'PostgreSQL'
    return [{ name: 'store', status: 'pass', summary: fineServer({ where }) }, ...(await watchedItself(systems, url))]
  }
  const { bavail, bsize } = await statfs(dataDir)
  const freeBytes = bavail * bsize
  const summary = fine({ where: dataDir, freeBytes })
  return [
    freeBytes < littleSpaceBytes
      ? { name: 'store', status: 'warn', summary, remedy: littleSpace({}) }
      : { name: 'store', status: 'pass', summary },
  ]
}

/** A store that opens may be read-only all the same: a lease of our own is taken and given back. */
async function tryWriting({ leases }: Store, clock: Clock): Promise<void> {
  const name = `doctor ${newRunId()}`
  const now = clock.now()
  const expiresAt = new Date(now.getTime() + leaseMs)
  await leases.acquire({ name, holder: name, host: '', pid: process.pid, place: undefined, acquiredAt: now, expiresAt })
  await leases.release(name, name)
}

/** A state that lives in the database that it watches is lost with it. */
async function watchedItself(systems: readonly System[], state: string): Promise<Diagnosis[]> {
  if (!URL.canParse(state)) return []
  for (const { components, baseDir } of systems) {
    for (const { name, kind, options } of components) {
      const url = kind.kind === 'postgres' ? fieldOf(options, 'url') : undefined
      const own = isSecretReference(url) || typeof url === 'string' ? await readSecret(url, baseDir) : undefined
      if (own && URL.canParse(own) && placeOf(own) === placeOf(state)) {
        return [{ name: 'store', status: 'warn', summary: sameDatabase({ component: name }), remedy: sameHint({}) }]
      }
    }
  }
  return []
}

/** Server and database, without user and password. */
function placeOf(url: string): string {
  const { hostname, port, pathname } = new URL(url)
  return `${hostname.replace('localhost', '127.0.0.1')}:${port || '5432'}${pathname}`
}
