import { setTimeout as wait } from 'node:timers/promises'
import * as z from 'zod'
import { type Container, listContainers } from './containers.ts'
import type { Engine } from './engine.ts'
import { isGone, isHeld } from './engine-error.ts'

/** A container that was removed a moment ago may hold its volume for one more. */
const [tries, betweenMs] = [10, 200]

const inspected = z.object({
  Name: z.string(),
  Driver: z.string(),
  Mountpoint: z.string(),
  Scope: z.string().optional(),
  Labels: z.record(z.string(), z.string()).nullish(),
  Options: z.record(z.string(), z.string()).nullish(),
})

/** As Docker has it (volume name pattern of the local driver). */
export const volumeName = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,250}$/

export interface Volume {
  readonly name: string
  readonly driver: string
  /** On the machine of the engine. */
  readonly mountpoint: string
  readonly labels: Readonly<Record<string, string>>
  /** Of its driver: what is not a plain folder of the engine has some. */
  readonly options: Readonly<Record<string, string>>
}

/** A container that has the volume, or a folder of it. */
export interface VolumeUser {
  readonly container: Container
  readonly mayWrite: boolean
}

/** Undefined when there is none of that name. */
export async function inspectVolume(engine: Engine, name: string, signal?: AbortSignal): Promise<Volume | undefined> {
  try {
    const { Name, Driver, Mountpoint, Labels, Options } = await engine.ask(
      { path: `/volumes/${encodeURIComponent(name)}`, ...(signal && { signal }) },
      inspected,
    )
    return { name: Name, driver: Driver, mountpoint: Mountpoint, labels: Labels ?? {}, options: Options ?? {} }
  } catch (error) {
    if (isGone(error)) return undefined
    throw error
  }
}

/** Made by the local driver, without options. One that is there already is left as it is, by the engine. */
export async function createVolume(
  engine: Engine,
  name: string,
  labels: Readonly<Record<string, string>>,
): Promise<void> {
  await engine.tell({ method: 'POST', path: '/volumes/create', body: { Name: name, Driver: 'local', Labels: labels } })
}

/** One that is not there is well. Throws `EngineError` when a container has it. */
export async function removeVolume(engine: Engine, name: string): Promise<void> {
  for (let left = tries; ; left--) {
    try {
      return await engine.tell({ method: 'DELETE', path: `/volumes/${encodeURIComponent(name)}` })
    } catch (error) {
      if (isGone(error)) return
      if (left === 0 || !isHeld(error)) throw error
      await wait(betweenMs)
    }
  }
}

/**
 * The containers that have it, stopped ones too: by its name, or by a path of the host that is its folder or lies in it.
 * One that has a folder above it (an agent that sees all of the host) counts as no user.
 */
export async function volumeUsers(
  engine: Engine,
  volume: Volume,
  signal?: AbortSignal,
): Promise<readonly VolumeUser[]> {
  const containers = await listContainers(engine, {}, signal)
  return containers.flatMap((container) => {
    const mounts = container.mounts.filter(({ Type, Name, Source }) =>
      Type === 'volume'
        ? Name === volume.name
        : volume.mountpoint !== '' && (Source === volume.mountpoint || Source.startsWith(`${volume.mountpoint}/`)),
    )
    return mounts.length === 0 ? [] : [{ container, mayWrite: mounts.some(({ RW }) => RW) }]
  })
}
