import { randomBytes } from 'node:crypto'
import { mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { BackupError, type DrillAssertion, type Rehearsal, type StoredComponent } from '../../core/backup.ts'
import type { StepContext } from '../../core/context.ts'
import { runCommand } from '../../platform/command-runner.ts'
import { dockerEngine, type Engine } from '../../platform/docker/engine.ts'
import { createVolume, removeVolume } from '../../platform/docker/volumes.ts'
import { isOwnerGone, ownProcess } from '../../platform/process-owner.ts'
import { lastLines } from '../../platform/tool-command.ts'
import { inFolders, tarHere } from './access/here.ts'
import { openAccess } from './access/open-access.ts'
import type { VolumeAccess } from './access/volume-access.ts'
import { compareTrees, type VolumeFacts } from './facts/volume-facts.ts'
import { asBackupErrors } from './look.ts'
import type { VolumeOptions } from './options.ts'
import { notRemoved } from './rehearse-texts.ts'
import { factsOf } from './restore/compare.ts'
import { madeForLabel, ofVolumeLabel, ownerLabel } from './restore/labels.ts'
import { storedVolume } from './restore/stored-volume.ts'
import { unpackInto } from './restore/unpack.ts'

const rehearsalMark = 'rehearsal'
const removeLimitMs = 600_000
const volumesAnswer = z.object({
  Volumes: z.array(z.object({ Name: z.string(), Labels: z.record(z.string(), z.string()).nullish() })).nullish(),
})

/**
 * Unpacks the archive into a throw-away place and compares it with what was backed up: a folder below `scratch` where we
 * are root and have GNU tar, else a volume of its own. The living volume is not touched, and not looked at.
 */
export function rehearseVolume(options: VolumeOptions) {
  return (ctx: StepContext, stored: StoredComponent, scratch: string): Promise<Rehearsal> =>
    asBackupErrors(async () => {
      const { part, facts } = storedVolume(stored, options)
      const isHere = process.getuid?.() === 0 && (await tarHere(ctx)) === 'gnu'
      const place = isHere ? await aFolder(scratch, ctx) : await aVolume(options, ctx)
      try {
        await unpackInto(place.access, place.name, { part, facts }, options, ctx.signal)
      } catch (error) {
        await place.remove()
        throw error
      }
      return {
        env: place.env,
        assertions: async (questions) => [
          ...assertionsOf(facts, await factsOf(place.access, place.name, facts.tar)),
          ...questions.map(
            ({ name, expect }): DrillAssertion => ({
              ...{ name, status: 'fail', expected: expect },
              // A volume answers no questions.
              actual: '–',
            }),
          ),
        ],
        end: place.remove,
      }
    })
}

interface Place {
  readonly access: VolumeAccess
  readonly name: string
  readonly env: Readonly<Record<string, string>>
  remove(): Promise<void>
}

async function aFolder(scratch: string, ctx: StepContext): Promise<Place> {
  const folder = join(scratch, 'volume')
  await mkdir(folder, { mode: 0o700 })
  return {
    access: { by: 'tar', isHere: true, tar: 'gnu', ...inFolders(async () => folder, ctx) },
    name: 'volume',
    env: { VOLUME_DIR: folder },
    remove: () => removeFolder(folder),
  }
}

async function aVolume(options: VolumeOptions, ctx: StepContext): Promise<Place> {
  const engine = dockerEngine(options.host)
  await removeForgotten(engine, options.name)
  const name = `vigie_rehearsal_${randomBytes(6).toString('hex')}`
  const access = await openAccess(engine, options, undefined, ctx)
  await createVolume(engine, name, {
    [madeForLabel]: rehearsalMark,
    [ofVolumeLabel]: options.name,
    [ownerLabel]: ownProcess(),
  })
  return { access, name, env: { VOLUME_NAME: name }, remove: () => removeVolume(engine, name) }
}

/** What a rehearsal left behind that was killed. */
async function removeForgotten(engine: Engine, of: string): Promise<void> {
  const filters = JSON.stringify({ label: [`${madeForLabel}=${rehearsalMark}`, `${ofVolumeLabel}=${of}`] })
  const { Volumes } = await engine.ask({ path: `/volumes?filters=${encodeURIComponent(filters)}` }, volumesAnswer)
  for (const { Name, Labels } of Volumes ?? []) {
    if (isOwnerGone(Labels?.[ownerLabel] ?? '')) await removeVolume(engine, Name)
  }
}

/** `rm` knows names that are no text; a flag against removal, which came with the place, is taken off. */
async function removeFolder(folder: string): Promise<void> {
  const run = (...argv: [string, ...string[]]) =>
    runCommand({ argv, timeoutMs: removeLimitMs }, { signal: new AbortController().signal })
  const first = await run('rm', '-rf', '--', folder)
  if (first.exitCode === 0) return
  await run('chattr', '-R', '-i', '-a', folder)
  await run('chmod', '-R', 'u+rwx', folder)
  const { stderr } = await run('rm', '-rf', '--', folder)
  if ((await stat(folder).catch(() => undefined)) !== undefined)
    throw new BackupError('no-space', notRemoved({ folder, detail: lastLines(stderr) }))
}

function assertionsOf(expected: VolumeFacts, actual: Parameters<typeof compareTrees>[1]): readonly DrillAssertion[] {
  return compareTrees(expected, actual).map(({ name, isSame, ...one }) => ({
    name: `volume ${name}`,
    status: isSame ? 'pass' : 'fail',
    ...one,
  }))
}
