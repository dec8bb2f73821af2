import { createReadStream, readFileSync } from 'node:fs'
import type { StoredComponent } from '../../src/core/backup.ts'
import { postgresOptions } from '../../src/integrations/postgres/options.ts'
import { planPostgresRestore, restorePostgres } from '../../src/integrations/postgres/restore/postgres-restore.ts'
import { testContext } from './context.ts'

/** Restores as it was told in a file; its parent kills it meanwhile. */
interface Told {
  readonly options: object
  readonly dataDir: string
  readonly dump: string
  readonly stored: Omit<StoredComponent, 'at' | 'parts'> & { readonly at: string; readonly part: object }
  readonly over: boolean
  readonly only: readonly string[]
}

const told: Told = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'))
const { at, part, ...rest } = told.stored
const one = {
  name: 'database',
  file: 'database.dump',
  bytes: 0,
  facts: {},
  ...part,
  read: () => createReadStream(told.dump),
}
const stored: StoredComponent = { ...rest, at: new Date(at), parts: [one] }
const options = postgresOptions.parse(told.options)
const ctx = testContext({ timeoutMs: 120_000, dataDir: told.dataDir })
for (const action of await planPostgresRestore(options)(ctx, stored, { over: told.over, only: told.only }))
  await restorePostgres(options)(ctx, stored, action)
await ctx.close()
process.stdout.write('done\n')
