import { join } from 'node:path'
import { BackupError, type Dumped } from '../../core/backup.ts'
import type { StepContext } from '../../core/context.ts'
import type { Text } from '../../core/message.ts'
import type { Container } from '../../platform/docker/containers.ts'
import { dockerEngine } from '../../platform/docker/engine.ts'
import { holdContainers, releaseForgotten } from '../../platform/docker/hold.ts'
import { TarError } from '../../platform/tar/tar-entry.ts'
import { lastLines } from '../../platform/tool-command.ts'
import { changedHint, changedMeanwhile } from './access/access-texts.ts'
import * as texts from './dump-texts.ts'
import { type CountedTree, countTree } from './facts/count-tree.ts'
import type { VolumeFacts } from './facts/volume-facts.ts'
import { isInUse } from './in-use.ts'
import { asBackupErrors, lookAtVolume, newWriters, type SeenVolume } from './look.ts'
import type { VolumeOptions } from './options.ts'
import type { Quiet } from './quiet.ts'
import { putBackForgotten } from './restore/put-back.ts'
import { decideQuiet } from './survey.ts'

/** Storage that takes nothing for so long will not: those who are held for the copy must not wait for it. */
const stalledMs = 300_000

type Write = (piece: Uint8Array) => Promise<void>

export function dumpVolume(options: VolumeOptions) {
  return (ctx: StepContext, _part: string, write: Write): Promise<Dumped> =>
    asBackupErrors(async () => {
      const engine = dockerEngine(options.host)
      const released = await releaseForgotten(engine, ctx)
      await putBackForgotten(options, engine, ctx)
      const seen = await lookAtVolume(options, ctx)
      const quiet = decideQuiet(options, seen)
      const { tree, said } = await copyQuietly(options, seen, quiet, write, ctx)
      const notes = released.length > 0 ? [texts.releasedAgain({ containers: released })] : []
      return judged(seen, quiet, tree, [...notes, ...complaints(said)])
    })
}

/** Holds the writers for as long as it reads. They go on whatever comes. */
async function copyQuietly(
  { stopWithin: stopWithinMs }: VolumeOptions,
  seen: SeenVolume,
  quiet: Quiet,
  write: Write,
  ctx: StepContext,
): Promise<{ readonly tree: CountedTree; readonly said: string }> {
  if (quiet === 'none' || quiet === 'live') return copy(seen, quiet, seen.frozen, write, ctx)
  const how = { how: quiet, stopWithinMs, signal: ctx.signal } as const
  const hold = await holdContainers(seen.engine, seen.writers, how, ctx)
  try {
    return await copy(seen, quiet, [...hold.containers, ...seen.frozen], within(write, ctx.signal), ctx)
  } finally {
    await hold.release()
  }
}

async function copy(
  seen: SeenVolume,
  quiet: Quiet,
  held: readonly Container[],
  write: Write,
  ctx: StepContext,
): Promise<{ readonly tree: CountedTree; readonly said: string }> {
  const { access, volume, writers } = seen
  const tree = countTree(access.tar, (_, path) => {
    // Nobody may have seen it before: it lies deep, or the server came up just now.
    if (quiet === 'live' && /(?:^|\/)global\/pg_control$/.test(path))
      throw new BackupError(
        'assertion',
        texts.postgresLive({ volume: volume.name, writers: writers.map((one) => one.name) }),
        {
          hint: texts.postgresLiveHint({}),
          code: 'action-refused',
        },
      )
  })
  try {
    const said = await access.read(volume.name, async (piece) => {
      ctx.signal.throwIfAborted()
      tree.push(piece)
      await write(piece)
    })
    tree.finish()
    if (quiet !== 'live') {
      const containers = await newWriters(seen, held)
      if (containers.length > 0)
        throw new BackupError('truncated', texts.wroteMeanwhile({ volume: volume.name, containers }), {
          hint: texts.wroteHint({}),
        })
    } else if (/file changed as we read it|File removed before we read it/.test(said)) {
      throw new BackupError('truncated', changedMeanwhile({ volume: volume.name, detail: lastLines(said) }), {
        hint: changedHint({}),
      })
    }
    return { tree, said }
  } catch (error) {
    if (!(error instanceof TarError) && !(error instanceof RangeError)) throw error
    const detail = error.message
    throw new BackupError('truncated', texts.unreadableArchive({ volume: volume.name, detail }), { cause: error })
  }
}

async function judged(
  { volume, access, users }: SeenVolume,
  quiet: Quiet,
  tree: CountedTree,
  notes: readonly Text[],
): Promise<Dumped> {
  const { name } = volume
  const open = tree.postgres().find(({ isOpen }) => isOpen)
  // A frozen server has its file, and recovers from its log as after a loss of power. One that nobody stopped was killed
  // once, or runs where we cannot see it.
  const isDead = async (folder: string): Promise<boolean> =>
    quiet === 'none' && access.isHere && !(await isInUse(join(volume.mountpoint, folder)))
  if (open !== undefined && quiet !== 'pause' && !(await isDead(open.folder)))
    throw new BackupError('truncated', texts.notClean({ volume: name, folder: open.folder }), {
      hint: texts.notCleanHint({}),
    })
  const spread = tree.postgresLinks().find(({ target }) => !isWithin(target, users, name))
  if (spread !== undefined)
    throw new BackupError('assertion', texts.spreadData({ volume: name, ...spread }), {
      hint: texts.spreadDataHint({}),
      code: 'action-refused',
    })
  const { counts, digest } = tree.facts()
  const postgres = tree.postgres().map(({ folder, version }) => ({ folder, version }))
  const facts = { format: 1, volume: name, tar: access.tar, counts, digest, postgres, quiet } satisfies VolumeFacts
  const found: Text[] = [...notes]
  if (quiet === 'none' && open !== undefined) found.push(texts.crashedData({ volume: name, folder: open.folder }))
  if (counts.devices > 0) found.push(texts.hasDevices({ volume: name, count: counts.devices }))
  if (counts.files + counts.links + counts.hardLinks + counts.fifos + counts.devices === 0)
    found.push(texts.emptyVolume({ volume: name }))
  return { facts, notes: found }
}

/** Containers know the volume by the place where they have it. */
function isWithin(target: string, users: readonly Container[], volume: string): boolean {
  const places = users.flatMap(({ mounts }) => mounts.filter(({ Name }) => Name === volume))
  return places.some(({ Destination }) => target.startsWith(`${Destination}/`))
}

function complaints(said: string): readonly Text[] {
  const detail = lastLines(said)
  return detail === '' ? [] : [texts.complained({ detail })]
}

/** A write that nobody takes ends the copy: containers are held for it. */
function within(write: Write, signal: AbortSignal): Write {
  return async (piece) => {
    const timer = new AbortController()
    const over = new Promise<never>((_, reject) => {
      const late = setTimeout(
        () => reject(new BackupError('unreachable', texts.stalled({ limitMs: stalledMs }))),
        stalledMs,
      )
      const abort = (): void => reject(signal.reason)
      signal.addEventListener('abort', abort, { once: true })
      timer.signal.addEventListener('abort', () => {
        clearTimeout(late)
        signal.removeEventListener('abort', abort)
      })
    })
    try {
      await Promise.race([write(piece), over])
    } finally {
      timer.abort()
    }
  }
}
