import { quoted } from '../identifier.ts'
import type { PostgresBackupOptions } from './backup-options.ts'
import type { Selection } from './selection.ts'

/** Since which major pg_dump can be told to bring the extensions of schemas. */
const selectsExtensions = 14
/** Nobody waits longer behind a dump that waits for a lock. */
const lockWaitMs = 60_000

/**
 * What pg_dump is told. It packs nothing: what stores the stream does that better. A quoted name in a pattern stands for
 * itself alone.
 */
export function dumpArguments(
  { schemas }: Pick<PostgresBackupOptions, 'schemas'>,
  { relations, withoutRows, copied }: Selection,
  snapshot: string | undefined,
  major: number,
): readonly string[] {
  const left = relations.filter(({ oid, kind }) => kind !== 'S' && withoutRows.has(oid))
  return [
    ...['--format=custom', '--compress=0', '--no-password', `--lock-wait-timeout=${lockWaitMs}`],
    ...(snapshot === undefined ? [] : [`--snapshot=${snapshot}`]),
    ...(copied === 'schemas' ? schemas.map((one) => `--schema=${quoted(one)}`) : []),
    ...(copied === 'schemas' && major >= selectsExtensions ? ['--extension=*'] : []),
    ...(copied === 'tables' ? ['--no-blobs'] : []),
    ...left.map(({ schema, name }) => `--exclude-table-data=${quoted(schema, name)}`),
  ]
}
