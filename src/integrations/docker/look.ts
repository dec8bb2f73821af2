import { hostname } from 'node:os'
import { BackupError } from '../../core/backup.ts'
import type { StepContext } from '../../core/context.ts'
import { type Container, isRunning } from '../../platform/docker/containers.ts'
import { dockerEngine, type Engine } from '../../platform/docker/engine.ts'
import { EngineError } from '../../platform/docker/engine-error.ts'
import { inspectVolume, type Volume, type VolumeUser, volumeUsers } from '../../platform/docker/volumes.ts'
import { openAccess } from './access/open-access.ts'
import type { VolumeAccess } from './access/volume-access.ts'
import type { VolumeOptions } from './options.ts'
import { refuseInMemory, volumeGone } from './volume-texts.ts'

/** Images of PostgreSQL and of what is built on it; a container that sets PGDATA is one, whatever its image is called. */
const postgresImage = /(?:^|[/_-])(?:postgres|postgresql|postgis|timescaledb?|pgvector|citus|supabase)(?:[-_.:@]|$)/

/** What is known of a volume before anything is done to it. */
export interface SeenVolume {
  readonly engine: Engine
  readonly volume: Volume
  readonly access: VolumeAccess
  /** All containers that have it. */
  readonly users: readonly Container[]
  /** Those that run, paused ones too. */
  readonly running: readonly Container[]
  /** Of those the ones that may write. */
  readonly writers: readonly Container[]
  /** Those that could write, and that somebody has paused already: they stay so, and are not ours to let go on. */
  readonly frozen: readonly Container[]
  readonly holdsPostgres: boolean
}

/** Throws `BackupError`: `volume-missing`, `unreachable`; and `tool-missing` when nothing can read it. */
export async function lookAtVolume(options: VolumeOptions, ctx: StepContext): Promise<SeenVolume> {
  const engine = dockerEngine(options.host)
  const volume = await inspectVolume(engine, options.name, ctx.signal)
  if (volume === undefined) throw volumeGone(options.name)
  refuseInMemory(volume)
  const all = await volumeUsers(engine, volume, ctx.signal)
  const access = await openAccess(engine, options, volume, ctx)
  const running = all.filter(isActive).filter(({ container }) => !isOurs(container))
  const users = all.map(({ container }) => container)
  const mayWrite = running.flatMap((user) => (user.mayWrite ? [user.container] : []))
  return {
    ...{ engine, volume, access, users },
    running: running.map(({ container }) => container),
    writers: mayWrite.filter(({ state }) => state !== 'paused'),
    frozen: mayWrite.filter(({ state }) => state === 'paused'),
    holdsPostgres: users.some(isPostgres) || (await access.hasPostgres(volume.name)) === true,
  }
}

/** What the engine did not answer, told as what is wrong with a backup. */
export async function asBackupErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    throw new BackupError('unreachable', error.text, { cause: error, ...(error.hint && { hint: error.hint }) })
  }
}

/** Who may write now that was not held, or was started again meanwhile; names. */
export async function newWriters(seen: SeenVolume, held: readonly Container[]): Promise<readonly string[]> {
  const now = await volumeUsers(seen.engine, seen.volume)
  const known = new Map(held.map(({ id, startedAt }) => [id, startedAt]))
  return now
    .filter((user) => user.mayWrite && !isOurs(user.container))
    .filter(({ container }) =>
      known.has(container.id)
        ? isRunning(container) || known.get(container.id) !== container.startedAt
        : isActive({ container }),
    )
    .map(({ container }) => container.name)
}

function isActive({ container }: Pick<VolumeUser, 'container'>): boolean {
  return isRunning(container) || container.state === 'paused'
}

/** In a container our host name is the begin of its id: to stop that would stop the copy. */
function isOurs({ id }: Container): boolean {
  const name = hostname()
  return /^[0-9a-f]{12}$/.test(name) && id.startsWith(name)
}

function isPostgres({ image, env }: Container): boolean {
  return env.some((one) => one.startsWith('PGDATA=')) || postgresImage.test(image)
}
