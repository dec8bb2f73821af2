import type { Severity } from '../../../core/words.ts'
import { type Arrangement, type ItemKind, itemKinds } from './changes.ts'

export interface Change {
  readonly kind: ItemKind
  readonly name: string
  /** Null: not there, or the default. */
  readonly before: string | null
  readonly after: string | null
  readonly severity: Severity
}

/** What is not as it was, the gravest first, then by kind and name. */
export function changesBetween(was: Arrangement, now: Arrangement): readonly Change[] {
  const keys = [...new Set([...Object.keys(was.items), ...Object.keys(now.items)])]
  return keys
    .flatMap((key): readonly Change[] => {
      const [before, after] = [itemOf(was, key), itemOf(now, key)]
      if (before === after) return []
      const at = key.indexOf(':')
      const kind = itemKinds.find((one) => one === key.slice(0, at))
      if (kind === undefined) return []
      // A setting that one of the two looks may not have been shown.
      if (kind === 'setting' && was.isComplete !== now.isComplete && (before === null || after === null)) return []
      const name = key.slice(at + 1)
      return [{ kind, name, before, after, severity: severityOf(kind, name, before ?? '', after, now) }]
    })
    .toSorted((a, b) => ranks[b.severity] - ranks[a.severity] || compare(a.kind, b.kind) || compare(a.name, b.name))
}

function itemOf({ items }: Arrangement, key: string): string | null {
  return Object.hasOwn(items, key) ? (items[key] ?? null) : null
}

const ranks: Readonly<Record<Severity, number>> = { low: 0, medium: 1, high: 2, critical: 3 }

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** With these data is lost or damaged unseen ("Write Ahead Log" and "Developer Options" of the manual). */
const dangerous: ReadonlySet<string> = new Set([
  ...['fsync=off', 'full_page_writes=off', 'zero_damaged_pages=on', 'ignore_checksum_failure=on'],
  ...['ignore_system_indexes=on', 'ignore_invalid_pages=on', 'allow_system_table_mods=on'],
])
/** With these care stops, or somebody gets in more easily. */
const weighty: ReadonlySet<string> = new Set([
  ...['autovacuum', 'track_counts', 'archive_mode', 'wal_level', 'ssl', 'password_encryption', 'row_security'],
  ...['shared_preload_libraries', 'listen_addresses', 'hba_file', 'max_slot_wal_keep_size', 'synchronous_commit'],
])
/** Predefined roles that lead out of the database to the machine. */
const mighty = ['pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files']

function severityOf(kind: ItemKind, name: string, before: string, after: string | null, now: Arrangement): Severity {
  const gains = (word: string): boolean => attributes(after).has(word) && !attributes(before).has(word)
  switch (kind) {
    case 'setting':
      return dangerous.has(`${name}=${after}`) ? 'high' : weighty.has(name) ? 'medium' : 'low'
    case 'role':
      if (gains('SUPERUSER')) return 'high'
      return ['LOGIN', 'REPLICATION', 'BYPASSRLS', 'CREATEROLE'].some(gains) ? 'medium' : 'low'
    case 'member': {
      if (after === null) return 'low'
      const leads = (role: string): boolean =>
        mighty.includes(role) || attributes(now.items[`role:${role}`]).has('SUPERUSER')
      return [...mighty, ...rolesOf(now)].some((role) => name.endsWith(` in ${role}`) && leads(role))
        ? 'high'
        : 'medium'
    }
    case 'grant':
      return publicOf(after) !== '' && publicOf(after) !== publicOf(before) ? 'medium' : 'low'
    case 'role-setting':
    case 'extension':
    case 'version':
      return 'low'
  }
}

function attributes(value: string | null | undefined): ReadonlySet<string> {
  return new Set((value ?? '').split(', '))
}

function rolesOf({ items }: Arrangement): readonly string[] {
  return Object.keys(items).flatMap((key) => (key.startsWith('role:') ? [key.slice('role:'.length)] : []))
}

function publicOf(value: string | null): string {
  return (value ?? '').split('; ').find((one) => one.startsWith('PUBLIC: ')) ?? ''
}
