import { BackupError } from '../../../core/backup.ts'
import type { Text } from '../../../core/message.ts'
import type { VolumeAccess } from '../access/volume-access.ts'
import { countTree } from '../facts/count-tree.ts'
import { compareTrees, type TreeFacts, type VolumeFacts } from '../facts/volume-facts.ts'
import { notTheSame } from './restore-texts.ts'

/** Reads all of a volume again: what it holds, seen as the archive that it was compared with was. */
export async function factsOf(
  access: Pick<VolumeAccess, 'read'>,
  volume: string,
  tar: VolumeFacts['tar'],
): Promise<TreeFacts> {
  const tree = countTree(tar)
  await access.read(volume, async (piece) => tree.push(piece))
  tree.finish()
  return tree.facts()
}

/** Throws `assertion` when they are not the same. */
export function mustBeSame(expected: TreeFacts, actual: TreeFacts, what: string, hint?: Text): void {
  const wrong = compareTrees(expected, actual).find(({ isSame }) => !isSame)
  if (wrong !== undefined) {
    const { name, expected: wanted, actual: found } = wrong
    throw new BackupError('assertion', notTheSame({ what, name, expected: wanted, actual: found }), {
      ...(hint && { hint }),
    })
  }
}
