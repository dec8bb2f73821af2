import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DebianPython, debianPython } from '../../../scripts/provision/debian-python.ts'
import { migrationTools, supabaseCli } from '../../../scripts/provision/migration-tools.ts'
import type { MigratingProject } from '../migrating-project.ts'

/** What the projects of the seven tools are run with. */
export interface MigrationPrograms {
  readonly python: DebianPython
  /** A `node_modules` with Knex, Drizzle and Prisma. */
  readonly modules: string
  readonly supabase: string
  /** Empty; for what stands outside of the projects. */
  readonly scratch: string
  remove(): void
}

export async function migrationPrograms(): Promise<MigrationPrograms> {
  const [python, modules, supabase] = [await debianPython(), await migrationTools(), await supabaseCli()]
  const scratch = mkdtempSync(join(tmpdir(), 'vigie-tools-'))
  return { python, modules, supabase, scratch, remove: () => rmSync(scratch, { recursive: true, force: true }) }
}

/** A project of one tool whose first migration makes `bookings`, whose second adds `note` to it, and whose third fails. */
export interface ToolProject {
  readonly kind: string
  /** What stands under `migrations` in the config, beside its kind. */
  readonly options: Readonly<Record<string, unknown>>
  /** Of the process of vigie. */
  readonly env?: Readonly<Record<string, string>>
  /** Writes the project with its first two migrations. */
  prepare(shop: MigratingProject): Promise<void> | void
  /** Adds the third: it divides by zero. */
  addBad(shop: MigratingProject): Promise<void> | void
  /** As the tool calls them. */
  readonly ids: readonly [string, string, string]
  /** Whether it applies one and leaves the next. */
  readonly canStop: boolean
  readonly canGoBack: boolean
  /** Whether the tool keeps when one was applied. */
  readonly keepsTime: boolean
  /** What it does cannot be told from SQL, so that each needs an approval. */
  readonly isOpaque?: boolean
  /** It does not say why one failed. */
  readonly isSilent?: boolean
  /** What one that failed is. */
  readonly afterFailure: 'pending' | 'failed'
}

/** The address of the project's database, as its config names it. */
export const url = { env: 'SHOP_DATABASE_URL' }
export const sql = [
  'create table bookings (id int primary key);\n',
  'alter table bookings add column note text;\n',
  'select 1 / 0;\n',
] as const
export const undone = ['drop table bookings;\n', 'alter table bookings drop column note;\n'] as const
export const undoable = { canStop: true, canGoBack: true } as const
export const forward = { canStop: false, canGoBack: false } as const
