import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { BackupError } from '../../src/core/backup.ts'
import { postgresBackup } from '../../src/integrations/postgres/backup/postgres-backup.ts'
import { testContext } from './context.ts'
import { partOf, postgresOptionsOf } from './postgres-backup.ts'

/**
 * `rehearse-child.ts FOLDER BIN SCRATCH [IMAGE]`: restores the dump of the folder, says where the copy is, and waits to be killed; or
 * says why it could not be restored, and what it left.
 */
const [folder = '', bin = '', scratch = '', image] = process.argv.slice(2)
const facts = JSON.parse(await readFile(join(folder, 'facts.json'), 'utf8'))
const part = partOf('database', 'database.dump', await readFile(join(folder, 'database.dump')), facts)
const ability = postgresBackup(postgresOptionsOf('postgres://nobody@nowhere.invalid/x', { bin, image }))
const ctx = testContext({ timeoutMs: 120_000 })
const stored = { backup: 'b1', at: ctx.clock.now(), component: 'db', parts: [part] }
const rehearsal = await ability.rehearse(ctx, stored, scratch).catch(async (error: unknown) => {
  const failure = error instanceof BackupError ? error.failure : `${error}`
  console.log(
    JSON.stringify({ failure, text: error instanceof BackupError ? error.text : null, left: await readdir(scratch) }),
  )
  process.exit(0)
})
console.log(rehearsal.env['PGHOST'])
for (;;) await wait(60_000)
