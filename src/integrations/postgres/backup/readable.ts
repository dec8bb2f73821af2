import { BackupError } from '../../../core/backup.ts'
import { hiddenRows, notThere, notThereHint, readableHint, unreadable } from './dump-texts.ts'
import type { Relation } from './relations.ts'
import type { Selection } from './selection.ts'

const namesTold = 10
/** What pg_dump locks and reads. Of views and foreign tables it copies the definition alone. */
const readKinds = new Set(['r', 'p', 'S'])

/** What keeps the role from copying all that is wanted; undefined when nothing does. */
export function obstacle({ relations, withoutRows, unknown }: Selection, role: string): BackupError | undefined {
  const [wrong] = unknown
  if (wrong !== undefined) return new BackupError('unreachable', notThere(wrong), { hint: notThereHint({}) })
  const closed = relations.filter(({ kind, isReadable }) => readKinds.has(kind) && !isReadable)
  const hint = readableHint({ role })
  if (closed.length > 0) return new BackupError('unreachable', unreadable({ role, ...told(closed) }), { hint })
  const hidden = relations.filter(({ oid, isHidden }) => isHidden && !withoutRows.has(oid))
  if (hidden.length > 0) return new BackupError('unreachable', hiddenRows({ role, ...told(hidden) }), { hint })
  return undefined
}

/** So many, and the first of them by name. */
export function told(relations: readonly Pick<Relation, 'schema' | 'name'>[]): {
  readonly count: number
  readonly tables: readonly string[]
} {
  const names = relations.slice(0, namesTold).map(({ schema, name }) => `${schema}.${name}`)
  return { count: relations.length, tables: relations.length > namesTold ? [...names, '…'] : names }
}
