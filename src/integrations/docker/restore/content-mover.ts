import type { Volume } from '../../../platform/docker/volumes.ts'
import type { VolumeAccess } from '../access/volume-access.ts'
import type { TreeFacts } from '../facts/volume-facts.ts'
import { factsOf, mustBeSame } from './compare.ts'
import { identityAt, makeEmpty, moveFolder } from './folders.ts'
import { piped } from './piped.ts'

export interface SwapVolumes {
  readonly living: Volume
  readonly restored: Volume
  readonly before: Volume
}

/**
 * Folders of one file system change their places: no second copy, no time, and nothing of a file can be lost. Where we may
 * not do that, or the volumes are on other file systems, content goes through tar, and is compared.
 */
export async function wayOf(
  access: VolumeAccess,
  { living, restored, before }: SwapVolumes,
): Promise<'rename' | 'copy'> {
  if (!access.isHere) return 'copy'
  const places = await Promise.all([living, restored, before].map(({ mountpoint }) => identityAt(mountpoint)))
  return new Set(places.map((one) => one?.dev)).size === 1 && places[0] !== undefined ? 'rename' : 'copy'
}

/** `keep` leaves the living content in its place too when it copies; `put` is what replaces it. */
export async function keepOld(
  access: VolumeAccess,
  way: 'rename' | 'copy',
  { living, before }: SwapVolumes,
): Promise<TreeFacts | null> {
  if (way === 'rename') return null
  return copyContent(access, living.name, before.name)
}

export async function putNew(
  access: VolumeAccess,
  way: 'rename' | 'copy',
  { living, restored, before }: SwapVolumes,
): Promise<void> {
  if (way === 'copy') {
    await access.clear(living.name)
    await copyContent(access, restored.name, living.name)
    return
  }
  await moveFolder(living.mountpoint, before.mountpoint)
  await moveFolder(restored.mountpoint, living.mountpoint)
  await makeEmpty(restored.mountpoint)
}

/** Into an empty volume, and read back. */
export async function copyContent(access: VolumeAccess, from: string, to: string): Promise<TreeFacts> {
  await piped(
    (take) => access.read(from, take),
    (pieces) => access.write(to, pieces),
  )
  const expected = await factsOf(access, from, access.tar)
  mustBeSame(expected, await factsOf(access, to, access.tar), to)
  return expected
}
