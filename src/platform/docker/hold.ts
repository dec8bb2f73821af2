import { randomBytes } from 'node:crypto'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import type { StepContext } from '../../core/context.ts'
import { VigieError } from '../../core/errors.ts'
import { errorCode } from '../../core/field-of.ts'
import { owe } from '../../core/owed-work.ts'
import { shellWord } from '../../core/shell-word.ts'
import { ownProcess } from '../process-owner.ts'
import { replaceFile } from '../replace-file.ts'
import { actOnContainer } from './act-on-container.ts'
import { isForgotten, keepTouched } from './claim.ts'
import { type Container, inspectContainer, isRunning } from './containers.ts'
import type { Engine } from './engine.ts'
import { detailOf, isGone } from './engine-error.ts'
import { notHeld, notReleased, notReleasedHint } from './hold-texts.ts'

const recordSchema = z.object({
  owner: z.string(),
  address: z.string(),
  how: z.enum(['stop', 'pause']),
  containers: z.array(z.object({ id: z.string(), name: z.string() })),
})
type HoldRecord = z.output<typeof recordSchema>
type HoldContext = Pick<StepContext, 'dataDir' | 'clock'>

export interface Hold {
  /** As they are while they are held. */
  readonly containers: readonly Container[]
  /** Starts them again, or lets them go on. Throws when one of them does not; what could be done is done. */
  release(): Promise<void>
}

/**
 * Stops or pauses containers. Which ones is written down before the first of them is touched: when we are killed,
 * `releaseForgotten` of a later process starts them again. What fails here lets those go on that were held already.
 */
export async function holdContainers(
  engine: Engine,
  containers: readonly Container[],
  {
    how,
    stopWithinMs,
    signal,
  }: { readonly how: 'stop' | 'pause'; readonly stopWithinMs: number; readonly signal: AbortSignal },
  ctx: HoldContext,
): Promise<Hold> {
  const record: HoldRecord = {
    owner: ownProcess(),
    address: engine.address,
    how,
    containers: containers.map(({ id, name }) => ({ id, name })),
  }
  const file = join(folderOf(ctx), `${randomBytes(6).toString('hex')}.json`)
  await replaceFile(file, (part) => writeFile(part, JSON.stringify(record), { mode: 0o600 }))
  const endTouching = keepTouched(file, ctx)
  const released = Promise.withResolvers<void>()
  void owe(signal, released.promise)
  const release = async (): Promise<void> => {
    endTouching()
    await releaseRecord(engine, file, record).finally(released.resolve)
  }
  try {
    const held: Container[] = []
    for (const { id } of containers) {
      signal.throwIfAborted()
      await actOnContainer(engine, id, how, { stopWithinMs })
    }
    for (const { id, name } of containers) {
      const now = await inspectContainer(engine, id)
      if (how === 'stop' ? isRunning(now) || now.state === 'paused' : now.state !== 'paused')
        throw new VigieError('action-refused', notHeld({ container: name, how, state: now.state }))
      held.push(now)
    }
    return { containers: held, release }
  } catch (error) {
    await release()
    throw error
  }
}

/** Starts again what a Vigie that is gone has stopped, and lets go on what it paused. Gives their names. */
export async function releaseForgotten(engine: Engine, ctx: HoldContext): Promise<readonly string[]> {
  const released: string[] = []
  for (const { file, record } of await forgotten(engine, ctx)) {
    await releaseRecord(engine, file, record)
    released.push(...record.containers.map(({ name }) => name))
  }
  return released
}

async function forgotten(engine: Engine, ctx: HoldContext) {
  const folder = folderOf(ctx)
  const names = await readdir(folder).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return []
    throw error
  })
  const found: { readonly file: string; readonly record: HoldRecord }[] = []
  for (const name of names.filter((one) => one.endsWith('.json'))) {
    const file = join(folder, name)
    const record = await recordIn(file)
    if (record === undefined || record.address !== engine.address) continue
    if (await isForgotten(file, record.owner, ctx)) found.push({ file, record })
  }
  return found
}

async function recordIn(file: string): Promise<HoldRecord | undefined> {
  try {
    return recordSchema.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch (error) {
    // Its owner has released it meanwhile.
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

async function releaseRecord(engine: Engine, file: string, { how, containers }: HoldRecord): Promise<void> {
  const failed: { readonly name: string; readonly error: unknown }[] = []
  for (const { id, name } of containers.toReversed()) {
    await letGo(engine, id, how).catch((error: unknown) => failed.push({ name, error }))
  }
  const [first] = failed
  if (first === undefined) {
    await rm(file, { force: true })
    return
  }
  const names = failed.map(({ name }) => name)
  const detail = detailOf(first.error)
  const command = ['docker', how === 'stop' ? 'start' : 'unpause', ...names.map(shellWord)].join(' ')
  throw new VigieError('action-refused', notReleased({ containers: names, how, detail }), {
    hint: notReleasedHint({ command }),
    cause: first.error,
  })
}

/** One that was removed meanwhile, or that somebody started, is left as it is. */
async function letGo(engine: Engine, id: string, how: 'stop' | 'pause'): Promise<void> {
  try {
    const { state } = await inspectContainer(engine, id)
    if (state === 'paused') await actOnContainer(engine, id, 'unpause')
    else if (how === 'stop' && (state === 'exited' || state === 'created')) await actOnContainer(engine, id, 'start')
  } catch (error) {
    if (!isGone(error)) throw error
  }
}

function folderOf({ dataDir }: HoldContext): string {
  return join(dataDir, 'docker', 'held')
}
