import { quoted } from '../identifier.ts'
import type { PostgresBackupOptions } from './backup-options.ts'
import type { Selection } from './selection.ts'

/** Since which major pg_dump can be told to bring the extensions of a selection. */
const selectsExtensions = 14
/** Nobody waits longer behind a dump that waits for a lock. */
const lockWaitMs = 60_000

/**
 * What pg_dump is told. It packs nothing: what stores the stream does that better. A quoted name in a pattern stands for
 * itself alone.
 */
export function dumpArguments(
  { schemas, tables }: Pick<PostgresBackupOptions, 'schemas' | 'tables'>,
  { relations, withoutRows, copied }: Selection,
  snapshot: string | undefined,
  major: number,
): readonly string[] {
  const pattern = ({ schema, name }: { readonly schema: string; readonly name: string }): string => quoted(schema, name)
  const chosen =
    tables.length > 0
      ? relations.filter(({ kind }) => kind !== 'S').map((one) => `--table=${pattern(one)}`)
      : schemas.map((one) => `--schema=${quoted(one)}`)
  const left = relations.filter(({ oid, kind }) => kind !== 'S' && withoutRows.has(oid))
  return [
    ...['--format=custom', '--compress=0', '--no-password', `--lock-wait-timeout=${lockWaitMs}`],
    ...(snapshot === undefined ? [] : [`--snapshot=${snapshot}`]),
    ...chosen,
    ...(copied === 'all' || major < selectsExtensions ? [] : ['--extension=*']),
    ...left.map((one) => `--exclude-table-data=${pattern(one)}`),
  ]
}
