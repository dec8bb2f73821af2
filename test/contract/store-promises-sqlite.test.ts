import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { openStore } from '../../src/store/open.ts'
import type { StorePlace } from './store-place.ts'
import { storePromises } from './store-promises.ts'

storePromises('SQLite', sqlitePlace)

async function sqlitePlace(): Promise<StorePlace> {
  const parent = await mkdtemp(join(tmpdir(), 'vigie-store-'))
  const location = { kind: 'sqlite', dir: join(parent, 'data') } as const
  return {
    location,
    open: () => openStore(location),
    tamper: async (sql) => {
      const database = new DatabaseSync(join(location.dir, 'state.db'))
      database.exec(sql)
      database.close()
    },
    remove: () => rm(parent, { recursive: true }),
  }
}
