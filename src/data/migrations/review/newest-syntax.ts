import type { Node } from 'libpg-query'
import type { Told } from './script-state.ts'

/**
 * What the parser knows and an older server does not, with the first version that has it. Sources: "E. Release Notes" of
 * 14, 15, 17 and 18. `server` as `server_version_num`.
 */
export function newestSyntax(stmt: Node, server: number | undefined): Told[] {
  if (server === undefined) return []
  const major = Math.floor(server / 10_000)
  return [...new Map(featuresIn(stmt).map((one) => [one.what, one])).values()]
    .filter(({ since }) => major < since)
    .map(({ what, since }) => ({ code: 'newer-syntax', table: '', detail: `${what}: PostgreSQL ${since}` }))
}

interface Feature {
  readonly what: string
  readonly since: number
}

function featuresIn(value: unknown): Feature[] {
  if (Array.isArray(value)) return value.flatMap(featuresIn)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, member]) => [...featureOf(key, member), ...featuresIn(member)])
}

function featureOf(key: string, member: unknown): Feature[] {
  const { concurrent, nulls_not_distinct, returningList, contype, skip_validation } = Object(member)
  const { generated_kind, without_overlaps, is_enforced } = Object(member)
  const when = (isThere: boolean, what: string, since: number): Feature[] => (isThere ? [{ what, since }] : [])
  switch (key) {
    case 'PartitionCmd':
      return when(concurrent === true, 'DETACH CONCURRENTLY', 14)
    case 'MergeStmt':
      return [{ what: 'MERGE', since: 15 }, ...when(returningList !== undefined, 'MERGE … RETURNING', 17)]
    case 'IndexStmt':
      return when(nulls_not_distinct === true, 'NULLS NOT DISTINCT', 15)
    case 'JsonTable':
      return [{ what: 'JSON_TABLE', since: 17 }]
    case 'Constraint':
      return [
        ...when(nulls_not_distinct === true, 'NULLS NOT DISTINCT', 15),
        ...when(contype === 'CONSTR_GENERATED' && generated_kind === 'v', 'VIRTUAL', 18),
        ...when(without_overlaps === true, 'WITHOUT OVERLAPS', 18),
        ...when(contype === 'CONSTR_NOTNULL' && skip_validation === true, 'NOT NULL … NOT VALID', 18),
        ...when(['CONSTR_CHECK', 'CONSTR_FOREIGN'].includes(contype) && is_enforced !== true, 'NOT ENFORCED', 18),
      ]
    default:
      return []
  }
}
