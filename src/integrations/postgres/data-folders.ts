import { access } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { StepContext } from '../../core/context.ts'
import { addressOf, isLocal } from './connection/address.ts'
import { ask } from './connection/connection.ts'
import type { PostgresOptions } from './options.ts'

/** Where the packages of Debian, Red Hat and Docker keep databases: protected even when the server tells nothing. */
const usualFolders = ['/var/lib/postgresql', '/var/lib/pgsql', '/usr/local/pgsql/data']

const sql = `
  select setting as folder from pg_settings where name in ('data_directory', 'config_file', 'hba_file', 'ident_file')
  union select nullif(pg_tablespace_location(oid), '') from pg_tablespace`

/** Where the server keeps its files on this machine, as far as the role is told, and where retention keeps its own. */
export async function dataFolders(options: PostgresOptions, ctx: StepContext): Promise<readonly string[]> {
  const there = await Promise.all(
    usualFolders.map((path) =>
      access(path).then(
        () => [path],
        () => [],
      ),
    ),
  )
  const address = addressOf(await ctx.reveal(options.url))
  const archives = archiveFolders(options, ctx)
  if (address === undefined || !isLocal(address)) return [...there.flat(), ...archives]
  const answer = await ask<{ folder: string | null }>({ name: '', system: '', options }, { sql }, ctx)
  const told = answer.ok ? answer.rows.flatMap(({ folder }) => folder ?? []) : []
  return [...there.flat(), ...told, ...archives]
}

function archiveFolders({ retention }: PostgresOptions, { baseDir }: StepContext): readonly string[] {
  return Object.values(retention).flatMap((rule) =>
    typeof rule.action === 'object' && 'parquet' in rule.action ? [resolve(baseDir, rule.action.parquet)] : [],
  )
}
