import type { Constraint, TypeName } from 'libpg-query'

/** Functions whose value is the same for all rows of a statement: PostgreSQL keeps it once since 11. */
const stable: ReadonlySet<string> = new Set([
  ...['now', 'transaction_timestamp', 'statement_timestamp', 'current_setting', 'current_database', 'current_schema'],
  ...[
    'lower',
    'upper',
    'concat',
    'jsonb_build_object',
    'json_build_object',
    'jsonb_build_array',
    'to_jsonb',
    'to_json',
  ],
  ...['date_trunc', 'timezone', 'make_interval', 'array_fill'],
])
const serials: ReadonlySet<string> = new Set(['serial', 'bigserial', 'smallserial', 'serial4', 'serial8', 'serial2'])

/**
 * A new column with these constraints gets a value of its own in every row, so that the table is written anew: a default
 * that may be volatile, a sequence, an identity, a stored expression. A function that is not known may be volatile.
 */
export function isComputedPerRow(constraints: readonly Constraint[], typeName: TypeName | undefined): boolean {
  const last = typeName?.names?.at(-1)
  if (last !== undefined && 'String' in last && serials.has(last.String.sval ?? '')) return true
  return constraints.some(({ contype, raw_expr: value, generated_kind: kind }) => {
    if (contype === 'CONSTR_IDENTITY') return true
    if (contype === 'CONSTR_GENERATED') return kind !== 'v'
    return contype === 'CONSTR_DEFAULT' && functionsIn(value).some((name) => !stable.has(name))
  })
}

/** The names of all functions called in an expression, however deep. */
function functionsIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(functionsIn)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, member]) => {
    if (key !== 'FuncCall') return functionsIn(member)
    const names: unknown = Object(member).funcname
    const last: unknown = Array.isArray(names) ? names.at(-1) : undefined
    const name: unknown = Object(Object(last).String).sval
    return [typeof name === 'string' ? name : '?', ...functionsIn(Object(member).args)]
  })
}
