import { openSqliteStore } from './open-sqlite.ts'
import type { Store } from './store.ts'

export type StoreLocation =
  | { readonly kind: 'sqlite'; readonly dir: string }
  | { readonly kind: 'postgres'; readonly url: string; readonly schema?: string }

/** Opens the state and brings its schema up to date. Throws `store-unwritable` or `store-damaged`. */
export async function openStore(location: StoreLocation): Promise<Store> {
  if (location.kind === 'sqlite') return openSqliteStore(location.dir)
  const { openPostgresStore } = await import('./open-postgres.ts')
  return openPostgresStore(location.url, location.schema ?? 'vigie')
}
