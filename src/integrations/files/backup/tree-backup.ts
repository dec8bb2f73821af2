import type { BackupAbility } from '../../../core/backup.ts'
import type { FilesOptions } from '../options.ts'
import { archiveTexts } from './archive-texts.ts'
import { backupTexts } from './backup-texts.ts'
import { restoreTexts } from './restore-texts.ts'
import { tarProgramTexts } from './tar-program.ts'
import { factsTexts, treePart } from './tree-facts.ts'
import { verifyTexts } from './verify-texts.ts'

export const treeBackupTexts = [
  ...archiveTexts,
  ...backupTexts,
  ...restoreTexts,
  ...tarProgramTexts,
  ...factsTexts,
  ...verifyTexts,
]

/** A tree of files as something that can be copied and brought back. Its code is loaded when it is first used. */
export function treeBackup(options: FilesOptions): BackupAbility {
  return {
    survey: async (ctx) => (await import('./survey-tree.ts')).surveyTree(options, ctx),
    remembers: true,
    dump: async (ctx, _, write, memory) => (await import('./dump-tree.ts')).dumpTree(options, ctx, write, memory),
    planRestore: async (ctx, stored, wanted) =>
      (await import('./plan-restore.ts')).planTreeRestore(options, stored, wanted, ctx),
    restore: async (ctx, stored, action) => (await import('./restore-tree.ts')).restoreTree(stored, action, ctx),
    rehearse: async (ctx, stored, scratch) => (await import('./rehearse-tree.ts')).rehearseTree(stored, scratch, ctx),
    verify: async (ctx, stored) => (await import('./verify-tree.ts')).verifyTree(options, stored, ctx),
    byHand: () => [
      'mkdir restored',
      `tar --numeric-owner --xattrs --xattrs-include='*' --acls -xpf ${treePart}.tar -C restored`,
    ],
  }
}
