import type { StepContext } from '../../../core/context.ts'
import type { Engine } from '../../../platform/docker/engine.ts'
import { type Volume, volumeUsers } from '../../../platform/docker/volumes.ts'
import type { VolumeOptions } from '../options.ts'
import { findImage } from './find-image.ts'
import { accessHere } from './here.ts'
import { accessInHelper } from './in-helper.ts'
import type { VolumeAccess } from './volume-access.ts'

/**
 * The way to the volumes: their folders themselves where we may, else a container beside those that have them. An image
 * that is named is taken. Without a volume: for those that are about to be made.
 */
export async function openAccess(
  engine: Engine,
  { name, image: named }: Pick<VolumeOptions, 'name' | 'image'>,
  volume: Volume | undefined,
  ctx: StepContext,
): Promise<VolumeAccess> {
  const here = named === undefined ? await accessHere(engine, volume, ctx) : undefined
  if (here !== undefined) return here
  const users = volume === undefined ? [] : await volumeUsers(engine, volume, ctx.signal)
  const used = users.map(({ container }) => container.image)
  const { image, tar } = await findImage(engine, { named, used, volume: name }, ctx.signal)
  return accessInHelper(engine, image, tar, ctx)
}
