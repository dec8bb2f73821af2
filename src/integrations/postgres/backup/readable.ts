import { BackupError } from '../../../core/backup.ts'
import type { Text } from '../../../core/message.ts'
import {
  hiddenRows,
  notThere,
  notThereHint,
  readableHint,
  unreadable,
  unreadableObjects,
  unreadableObjectsHint,
} from './dump-texts.ts'
import type { Relation } from './relations.ts'
import type { Selection } from './selection.ts'
import type { CopySession } from './session.ts'

const namesTold = 10
/** What pg_dump locks and reads. Of views and foreign tables it copies the definition alone. */
const readKinds = new Set(['r', 'p', 'S'])

// Who owns one, is granted it or is everything may read it, as may everybody where rights on them are not looked at.
const objectsSql = `
  select count(*)::int as count from pg_largeobject_metadata m
  where not current_setting('lo_compat_privileges')::bool
    and not (select rolsuper from pg_roles where rolname = current_user) and not pg_has_role(m.lomowner, 'USAGE')
    and not exists (select 1 from aclexplode(m.lomacl) a where a.privilege_type = 'SELECT'
          and (a.grantee = 0 or pg_has_role(a.grantee, 'USAGE')))`

/** What keeps the role from copying all that is wanted; undefined when nothing does. */
export async function obstacle(
  session: CopySession,
  { relations, withoutRows, unknown, copied }: Selection,
): Promise<BackupError | undefined> {
  const { role } = session
  const refused = (text: Text, hint: Text): BackupError => new BackupError('unreachable', text, { hint })
  const [wrong] = unknown
  if (wrong !== undefined) return refused(notThere(wrong), notThereHint({}))
  const closed = relations.filter(({ kind, isReadable }) => readKinds.has(kind) && !isReadable)
  if (closed.length > 0) return refused(unreadable({ role, ...told(closed) }), readableHint({ role }))
  const hidden = relations.filter(({ oid, isHidden }) => isHidden && !withoutRows.has(oid))
  if (hidden.length > 0) return refused(hiddenRows({ role, ...told(hidden) }), readableHint({ role }))
  const [objects] = copied === 'all' ? await session.query<{ count: number }>(objectsSql) : []
  const { count = 0 } = objects ?? {}
  return count === 0 ? undefined : refused(unreadableObjects({ role, count }), unreadableObjectsHint({ role }))
}

/** So many, and the first of them by name. */
export function told(relations: readonly Pick<Relation, 'schema' | 'name'>[]): {
  readonly count: number
  readonly tables: readonly string[]
} {
  const names = relations.slice(0, namesTold).map(({ schema, name }) => `${schema}.${name}`)
  return { count: relations.length, tables: relations.length > namesTold ? [...names, '…'] : names }
}
