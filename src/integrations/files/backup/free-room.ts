import { statfs } from 'node:fs/promises'
import { BackupError } from '../../../core/backup.ts'
import { noInodes, noSpace, noSpaceHint } from './restore-texts.ts'
import { entriesOf, type treeIn } from './tree-facts.ts'

/** What a file takes beside its content, at most: its last block. Source: the default block of ext4 and xfs. */
const blockOfFile = 4096

/** Throws `no-space` when a file system has no room for a tree. Where it tells no border of files, none is looked for. */
export async function mustHaveRoom(folder: string, { part, facts }: ReturnType<typeof treeIn>): Promise<void> {
  const { bavail, bsize, files, ffree } = await statfs(folder)
  // The archive has no holes in it.
  const needed = part.bytes + entriesOf(facts) * blockOfFile
  const free = bavail * bsize
  if (free < needed)
    throw new BackupError('no-space', noSpace({ path: folder, needed, free }), { hint: noSpaceHint({}) })
  const count = entriesOf(facts)
  if (files > 0 && ffree < count) {
    throw new BackupError('no-space', noInodes({ path: folder, needed: count, free: ffree }), { hint: noSpaceHint({}) })
  }
}
