import { resolve } from 'node:path'
import * as z from 'zod'
import { message } from '../../core/message.ts'
import { defineRepository } from '../../core/repository.ts'
import { folderTexts } from './texts.ts'

const summary = message('folder.summary', { en: () => 'a folder', fr: () => 'un dossier' })

/** Backups in a folder: of this machine, or one that is mounted from another. */
export const folderRepository = defineRepository({
  kind: 'folder',
  summary,
  options: z.strictObject({
    kind: z.literal('folder'),
    /** It must be there: what was not mounted is not made in its place. */
    path: z.string().min(1),
  }),
  messages: [summary, ...folderTexts],
  folder: ({ path }, baseDir) => resolve(baseDir, path),
  named: (place) => (place.includes('://') ? undefined : { kind: 'folder' as const, path: place }),
  open: async ({ path }, { baseDir }) => {
    const { openFolder } = await import('./open-folder.ts')
    return openFolder(resolve(baseDir, path))
  },
})
