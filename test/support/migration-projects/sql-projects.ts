import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { forward, type MigrationPrograms, sql, type ToolProject, undoable, undone, url } from './tool-project.ts'

/** `sql`: applied by Vigie; `push`: by the CLI of Supabase itself. */
export function supabaseProject({ supabase, scratch }: MigrationPrograms, apply: 'sql' | 'push'): ToolProject {
  const folder = 'supabase/migrations'
  const env = { SUPABASE_TELEMETRY_DISABLED: '1', HOME: scratch }
  return {
    kind: 'supabase',
    options: { url, env, ...(apply === 'push' && { apply, command: [supabase] }) },
    ...{ ids: ['20260101_first', '20260102_note', '20260103_bad'], ...forward, keepsTime: false },
    afterFailure: 'pending',
    prepare: (shop) => {
      mkdirSync(join(shop.dir, folder), { recursive: true })
      shop.write(`${folder}/20260101_first.sql`, sql[0])
      shop.write(`${folder}/20260102_note.sql`, sql[1])
    },
    addBad: (shop) => void shop.write(`${folder}/20260103_bad.sql`, sql[2]),
  }
}

export function sqlFolderProject(): ToolProject {
  return {
    kind: 'sql-folder',
    options: { url },
    ...{ ids: ['001_first', '002_note', '003_bad'], ...undoable, keepsTime: true, afterFailure: 'pending' },
    prepare: (shop) => {
      mkdirSync(join(shop.dir, 'migrations'))
      shop.write('migrations/001_first.sql', sql[0])
      shop.write('migrations/001_first.down.sql', undone[0])
      shop.write('migrations/002_note.sql', sql[1])
      shop.write('migrations/002_note.down.sql', undone[1])
    },
    addBad: (shop) => void shop.write('migrations/003_bad.sql', sql[2]),
  }
}
