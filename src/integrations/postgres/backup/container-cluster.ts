import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Client } from 'pg'
import { BackupError } from '../../../core/backup.ts'
import type { StepContext } from '../../../core/context.ts'
import { VigieError } from '../../../core/errors.ts'
import { owe } from '../../../core/owed-work.ts'
import { dockerEngine } from '../../../platform/docker/engine.ts'
import { detailOf, EngineError } from '../../../platform/docker/engine-error.ts'
import { execIn } from '../../../platform/docker/exec.ts'
import { unprivilegedUser } from '../../../platform/embedded-postgres.ts'
import { type DrillPlace, makePlace, removeLeftovers, writeFor } from './drill-place.ts'
import { type DrillServer, logTail, notStarted } from './drill-server.ts'
import { majorOf, type PostgresFacts } from './facts.ts'
import { imageLacks, imageLacksHint, olderImage } from './image-texts.ts'
import { reachServer } from './reach-server.ts'
import {
  findPrograms,
  type Identity,
  inside,
  lacksPrograms,
  type Running,
  serveInContainer,
} from './serve-in-container.ts'

const well = { outcome: 'exited', exitCode: 0, signal: undefined } as const
/** A shell adds it to the number of the signal that ended a program. */
const signalCodes = 128
/** A container that ends is gone within it. */
const serverEndMs = 2000

export interface ContainerSpec {
  readonly image: string
  readonly facts: Pick<PostgresFacts, 'serverVersion' | 'dumpMajor' | 'superuser'>
  readonly scratch: string
}

/**
 * Starts a server of an image that this machine has, in a container without any network, and with the programs of that image.
 * It lives as long as its input is held open, that is at most as long as we do. Throws `tool-missing` when the image is not
 * there or has no PostgreSQL, `BackupError` with `older-server` when it has an older one, or `no-space`, `no-answer` when there
 * is no engine or the server does not start.
 */
export async function startContainer({ image, facts, scratch }: ContainerSpec, ctx: StepContext): Promise<DrillServer> {
  const engine = dockerEngine()
  const runner = await unprivilegedUser()
  await removeLeftovers(scratch, runner)
  const place = await makePlace(scratch, runner)
  const identity = runner ?? { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }
  const over = Promise.withResolvers<void>()
  let running: Running | undefined
  const remove = async (): Promise<void> => {
    over.resolve()
    await running?.ended
    for (const folder of [place.data, place.sockets]) await rm(folder, { recursive: true, force: true })
  }
  const stop = (): Promise<void> => owe(ctx.signal, remove())
  try {
    const password = await putSecrets(place, identity)
    const started = await serveInContainer(engine, { image, place, identity, superuser: facts.superuser, over }, ctx)
    running = started
    const ended = async (detail: string): Promise<unknown> => {
      if (started.end === undefined) return notStarted((await logTail(place)) || detail, place)
      return started.end.exitCode === lacksPrograms
        ? new VigieError('tool-missing', imageLacks({ image, program: started.end.stderr.trim() }), {
            hint: imageLacksHint({}),
          })
        : notStarted(started.end.stderr || detail, place)
    }
    const isAlive = (): boolean => started.end === undefined
    const access = await reachServer(place, { superuser: facts.superuser, password }, { isAlive, ended }, ctx)
    const major = await majorIn(access.connect)
    const least = Math.max(majorOf(facts.serverVersion), facts.dumpMajor)
    if (major < least)
      throw new BackupError('older-server', olderImage({ image, found: major, major: least }), {
        hint: imageLacksHint({}),
      })
    return {
      ...access,
      ...{ major, image, folder: place.data, stop },
      ...{ files: place.data, pathOf: (name) => join(inside.data, name) },
      write: (name, pieces) => writeFor(identity, join(place.data, name), pieces),
      run: async (program, args, stdin) => {
        const env = { ...access.env('template1'), PGHOST: inside.sockets, PGAPPNAME: 'vigie' }
        const argv = ['sh', '-c', `${findPrograms}; exec "$@"`, 'sh', program, ...args] as const
        const said = execIn(engine, started.id, { argv, env, ...(stdin !== undefined && { stdin }) }, ctx.signal)
        const end = await said.catch((error: unknown) => ({ error }))
        if (!('error' in end) && end.exitCode === 0) return { ...well, stderr: end.stderr }
        // A server that ended takes its clients along: what it said is why. One that was killed says nothing.
        const isGone = 'error' in end && end.error instanceof EngineError && !ctx.signal.aborted
        if (isGone) over.resolve()
        await Promise.race([started.ended, wait(serverEndMs, undefined, { ref: false })])
        if (isGone || started.end !== undefined)
          throw notStarted(started.end?.stderr || ('error' in end ? detailOf(end.error) : ''), place)
        if ('error' in end) throw end.error
        if (end.exitCode <= signalCodes) return { ...well, exitCode: end.exitCode, stderr: end.stderr }
        return { outcome: 'signaled', exitCode: undefined, signal: `${end.exitCode - signalCodes}`, stderr: end.stderr }
      },
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** What the server is given to read: its password, and a name for its user, which initdb wants to know. Gives the password. */
async function putSecrets({ data }: DrillPlace, identity: Identity): Promise<string> {
  const { uid, gid } = identity
  const password = randomBytes(16).toString('hex')
  const texts = { password, passwd: `root:x:0:0::/:/bin/sh\nvigie:x:${uid}:${gid}::/:/bin/sh\n` }
  for (const [name, text] of Object.entries(texts)) {
    await writeFor(identity, join(data, name), [Buffer.from(text)])
  }
  return password
}

async function majorIn(connect: (database: string) => Promise<Client>): Promise<number> {
  const client = await connect('template1')
  try {
    const { rows } = await client.query<{ version: string }>("select current_setting('server_version_num') as version")
    return majorOf(Number(rows[0]?.version))
  } finally {
    await client.end()
  }
}
