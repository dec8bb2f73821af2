import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import type { StoredComponent } from '../../src/core/backup.ts'
import { postgresBackup } from '../../src/integrations/postgres/backup/postgres-backup.ts'
import { postgresOptions } from '../../src/integrations/postgres/options.ts'
import { testContext } from './context.ts'
import { postgresPrograms } from './postgres.ts'

/** A dump of a database as Vigie makes it, and as a backup gives it back. */
export async function storedDump(
  url: string,
  major: 15 | 18,
): Promise<{ stored: StoredComponent; file: string; remove(): Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), 'vigie-dump-'))
  const file = join(dir, 'database.dump')
  const ability = postgresBackup(postgresOptions.parse({ url, backup: { bin: await postgresPrograms(major) } }))
  const ctx = testContext({ timeoutMs: 120_000 })
  const output = createWriteStream(file)
  try {
    const { facts } = await ability.dump(ctx, 'database', async (piece) => {
      if (!output.write(piece)) await new Promise((resolve) => output.once('drain', resolve))
    })
    output.end()
    await finished(output)
    const read = (): AsyncIterable<Uint8Array> => createReadStream(file)
    const part = { name: 'database', file: 'database.dump', bytes: (await stat(file)).size, facts, read }
    const begun = { backup: '20261121T0204-nightly', at: new Date('2026-11-21T02:04:00Z'), component: 'db' }
    return { stored: { ...begun, parts: [part] }, file, remove: () => rm(dir, { recursive: true, force: true }) }
  } finally {
    output.destroy()
    await ctx.close()
  }
}
