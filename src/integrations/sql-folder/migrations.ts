import { message } from '../../core/message.ts'
import { defineMigrationTool } from '../../core/migrations.ts'
import { sqlFolderOptions } from './options.ts'
import { sqlFolderTexts } from './texts.ts'

export const sqlFolderMigrations = defineMigrationTool({
  kind: 'sql-folder',
  summary: message('sql-folder.summary', {
    en: () => 'a folder of numbered SQL files, applied by Vigie itself',
    fr: () => 'un dossier de fichiers SQL numérotés, appliqués par Vigie elle-même',
  }),
  options: sqlFolderOptions,
  messages: sqlFolderTexts,
  load: async () => (await import('./tool.ts')).sqlFolderTool,
})
