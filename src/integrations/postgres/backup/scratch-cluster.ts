import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { StepContext } from '../../../core/context.ts'
import { VigieError } from '../../../core/errors.ts'
import { owe } from '../../../core/owed-work.ts'
import { type User, unprivilegedUser } from '../../../platform/embedded-postgres.ts'
import { type GuardedServer, startGuarded } from '../../../platform/guarded-server.ts'
import { detailOf } from '../connection/connection.ts'
import { type DrillPlace, makePlace, removeLeftovers, writeFor } from './drill-place.ts'
import { clusterIn, type DrillServer, initFlags, logIn, logTail, notStarted, serverFlags } from './drill-server.ts'
import { errorLines } from './program-failure.ts'
import { reachServer } from './reach-server.ts'
import { notReachable, notReachableHint } from './rehearsal-texts.ts'
import type { RehearsalPrograms } from './server-programs.ts'

export interface ClusterSpec {
  readonly programs: RehearsalPrograms
  /** Who made the cluster of the dump: what roles are granted is in that name. */
  readonly superuser: string
  readonly scratch: string
}

const initLimitMs = 120_000

/**
 * Makes and starts one. As root it belongs to another user, since PostgreSQL does not run as root. What rehearsals that were
 * killed left is removed first. Throws `BackupError` with `no-space`, `tool-missing` when that user cannot run the programs,
 * `no-answer` when it does not start.
 */
export async function startCluster(
  { programs, superuser, scratch }: ClusterSpec,
  ctx: StepContext,
): Promise<DrillServer> {
  const runner = await unprivilegedUser()
  await removeLeftovers(scratch, runner)
  const place = await makePlace(scratch, runner)
  const password = randomBytes(16).toString('hex')
  let server: GuardedServer | undefined
  const remove = async (): Promise<void> => {
    await server?.stop()
    for (const folder of [place.data, place.sockets]) await rm(folder, { recursive: true, force: true })
  }
  const stop = (): Promise<void> => owe(ctx.signal, remove())
  try {
    await initialize(programs.server.folder, superuser, password, place, runner, ctx)
    const started = await start(programs.server.folder, place, runner)
    server = started
    const ended = async (detail: string) => notStarted((await logTail(place)) || detail, place)
    const access = await reachServer(place, { superuser, password }, { isAlive: started.isAlive, ended }, ctx)
    return {
      ...access,
      major: programs.server.major,
      image: undefined,
      folder: place.data,
      ...{ files: scratch, pathOf: (name) => join(scratch, name) },
      write: (name, pieces) => writeFor(undefined, join(scratch, name), pieces),
      run: (program, args, stdin) =>
        ctx.run({
          argv: [join(programs.client.folder, program), ...args],
          env: { ...access.env('template1'), PGAPPNAME: 'vigie', LC_ALL: 'C' },
          timeoutMs: ctx.timeoutMs,
          ...(stdin !== undefined && { stdin }),
        }),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

const environment = (place: DrillPlace): Record<string, string> => ({
  ...{ PATH: '/usr/bin:/bin', LC_ALL: 'C', HOME: place.data, TZ: 'UTC' },
})

async function initialize(
  bin: string,
  superuser: string,
  password: string,
  place: DrillPlace,
  user: User | undefined,
  ctx: StepContext,
): Promise<void> {
  const identity = user === undefined ? {} : { uid: user.uid, gid: user.gid }
  const run = async (program: string, args: readonly string[], timeout: number): Promise<string | undefined> => {
    const own = { ...identity, env: environment(place), cwd: '/', timeout, signal: ctx.signal }
    try {
      await promisify(execFile)(join(bin, program), [...args], own)
      return undefined
    } catch (error) {
      ctx.signal.throwIfAborted()
      const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : ''
      return said || detailOf(error)
    }
  }
  for (const program of ['postgres', 'initdb']) {
    const detail = await run(program, ['--version'], 20_000)
    if (detail === undefined) continue
    const text = notReachable({ folder: bin, user: user?.name ?? '', detail: errorLines(detail) })
    throw new VigieError('tool-missing', text, { hint: notReachableHint({}) })
  }
  const word = join(place.data, 'password')
  await writeFor(user, word, [Buffer.from(password)])
  const detail = await run('initdb', initFlags(clusterIn(place.data), superuser, word), initLimitMs)
  await rm(word, { force: true })
  if (detail !== undefined) throw notStarted(detail, place)
}

function start(bin: string, place: DrillPlace, user: User | undefined): Promise<GuardedServer> {
  return startGuarded({
    argv: [join(bin, 'postgres'), '-D', clusterIn(place.data), ...serverFlags(place.sockets)],
    env: environment(place),
    ...(user !== undefined && { identity: { uid: user.uid, gid: user.gid } }),
    log: logIn(place.data),
    folders: [place.data, place.sockets],
  })
}
