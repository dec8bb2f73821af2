import { resolve } from 'node:path'
import { defineComponent } from '../../core/component.ts'
import { message } from '../../core/message.ts'
import { treeBackup, treeBackupTexts } from './backup/tree-backup.ts'
import { ageCheck } from './checks/age.ts'
import { permissionsCheck } from './checks/permissions.ts'
import { sizeCheck } from './checks/size.ts'
import { staleCheck } from './checks/stale.ts'
import { filesOptions } from './options.ts'
import { cleanTask } from './tasks/clean.ts'
import { fileTree, treeTexts } from './tree.ts'

export const filesComponent = defineComponent({
  kind: 'files',
  summary: message('files.summary', { en: () => 'a tree of files', fr: () => 'une arborescence de fichiers' }),
  options: filesOptions,
  checks: [staleCheck, ageCheck, sizeCheck, permissionsCheck],
  tasks: [cleanTask],
  identity: ({ path }, baseDir) => resolve(baseDir, path),
  abilities: (options) => ({
    protectedPaths: async ({ baseDir }) => [resolve(baseDir, options.path)],
    files: fileTree(options),
    backup: treeBackup(options),
  }),
  messages: [...treeTexts, ...treeBackupTexts],
})
