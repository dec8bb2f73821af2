import type { Node } from 'libpg-query'
import { tellAlter } from './alter-table.ts'
import type { WarningCode } from './rules.ts'
import { type ScriptState, type Told, tableName } from './script-state.ts'

/** Statements that stop nobody for long and lose nothing. */
const harmless: ReadonlySet<string> = new Set([
  ...['CreateSchemaStmt', 'CreateSeqStmt', 'AlterSeqStmt', 'CreateEnumStmt', 'AlterEnumStmt', 'CreateDomainStmt'],
  ...['CompositeTypeStmt', 'DefineStmt', 'CreateExtensionStmt', 'AlterExtensionStmt', 'CreateFunctionStmt', 'ViewStmt'],
  ...['CreateTrigStmt', 'CreatePolicyStmt', 'AlterPolicyStmt', 'CommentStmt', 'GrantStmt', 'GrantRoleStmt'],
  ...['AlterDefaultPrivilegesStmt', 'AlterOwnerStmt', 'CreateRoleStmt', 'AlterRoleStmt', 'InsertStmt', 'SelectStmt'],
  ...['VariableShowStmt', 'CreatePublicationStmt', 'CreateStatsStmt', 'AlterFunctionStmt', 'ConstraintsSetStmt'],
  ...[
    'CreateCastStmt',
    'CreateRangeStmt',
    'AlterObjectDependsStmt',
    'NotifyStmt',
    'ExplainStmt',
    'CreateForeignTableStmt',
  ],
])
/** Of these a DROP loses no rows. */
const droppable: ReadonlySet<string> = new Set([
  ...['OBJECT_VIEW', 'OBJECT_FUNCTION', 'OBJECT_PROCEDURE', 'OBJECT_ROUTINE', 'OBJECT_TRIGGER', 'OBJECT_POLICY'],
  ...['OBJECT_RULE', 'OBJECT_AGGREGATE', 'OBJECT_CAST', 'OBJECT_STATISTIC_EXT', 'OBJECT_EVENT_TRIGGER'],
])

/** What a statement does that people should know, and what it makes of the script. */
export function tellStatement(node: Node, state: ScriptState): Told[] {
  const fresh = (table: string): boolean => state.made.has(table)
  const outside = (table: string): Told[] =>
    state.isInTransaction ? [{ code: 'concurrently-in-transaction', table }] : []
  const unlessFresh = (code: WarningCode, table: string): Told[] => (fresh(table) ? [] : [{ code, table }])
  if ('TransactionStmt' in node) {
    const { kind = '' } = node.TransactionStmt
    if (kind === 'TRANS_STMT_BEGIN' || kind === 'TRANS_STMT_START') state.isInTransaction = true
    if (['TRANS_STMT_COMMIT', 'TRANS_STMT_ROLLBACK'].includes(kind)) state.isInTransaction = false
    return []
  }
  if ('VariableSetStmt' in node) {
    const { name, kind, args } = node.VariableSetStmt
    if (name === 'lock_timeout') state.hasLockTimeout = kind === 'VAR_SET_VALUE' && !isZero(args?.[0])
    if (kind === 'VAR_RESET_ALL') state.hasLockTimeout = false
    return []
  }
  if ('CreateStmt' in node || 'CreateTableAsStmt' in node) {
    const made = 'CreateStmt' in node ? node.CreateStmt.relation : node.CreateTableAsStmt.into?.rel
    // With IF NOT EXISTS it may have been there for long.
    const isSure = 'CreateStmt' in node ? !node.CreateStmt.if_not_exists : !node.CreateTableAsStmt.if_not_exists
    if (isSure) state.made.add(tableName(made))
    return []
  }
  if ('AlterTableStmt' in node) return tellAlter(node.AlterTableStmt, state)
  if ('IndexStmt' in node) {
    const table = tableName(node.IndexStmt.relation)
    return node.IndexStmt.concurrent === true ? outside(table) : unlessFresh('index-locks-writes', table)
  }
  if ('DropStmt' in node) {
    const { removeType = '', concurrent = false, behavior } = node.DropStmt
    const names = (node.DropStmt.objects ?? []).map(nameIn)
    if (removeType === 'OBJECT_INDEX')
      return names.flatMap((name) =>
        concurrent ? outside(name) : [{ code: 'drop-index-locks' as const, table: name }],
      )
    if (droppable.has(removeType) && behavior !== 'DROP_CASCADE') return []
    return names.flatMap((name) => unlessFresh('drop', name))
  }
  if ('DropdbStmt' in node || 'DropOwnedStmt' in node) return [{ code: 'drop', table: '' }]
  if ('TruncateStmt' in node)
    return relationsOf(node.TruncateStmt.relations).flatMap((one) => unlessFresh('truncate', one))
  if ('DeleteStmt' in node) {
    const { relation, whereClause } = node.DeleteStmt
    return unlessFresh(whereClause === undefined ? 'delete-all' : 'delete', tableName(relation))
  }
  if ('UpdateStmt' in node) {
    const { relation, whereClause } = node.UpdateStmt
    return whereClause === undefined ? unlessFresh('update-all', tableName(relation)) : []
  }
  if ('RenameStmt' in node) {
    const { relation, renameType = '', newname = '' } = node.RenameStmt
    const table = tableName(relation)
    if (
      !['OBJECT_TABLE', 'OBJECT_COLUMN', 'OBJECT_VIEW', 'OBJECT_MATVIEW', 'OBJECT_FOREIGN_TABLE'].includes(renameType)
    )
      return []
    return fresh(table) ? [] : [{ code: 'rename', table, detail: newname }]
  }
  if ('AlterObjectSchemaStmt' in node) {
    const { relation, newschema = '' } = node.AlterObjectSchemaStmt
    return [{ code: 'rename', table: tableName(relation), detail: newschema }]
  }
  if ('ReindexStmt' in node) {
    const { relation, params = [], name = '' } = node.ReindexStmt
    const table = relation === undefined ? name : tableName(relation)
    return isOptionSet(params, 'concurrently') ? outside(table) : [{ code: 'reindex-locks', table }]
  }
  if ('VacuumStmt' in node) {
    if (node.VacuumStmt.is_vacuumcmd !== true) return []
    const tables = (node.VacuumStmt.rels ?? []).map((one) =>
      'VacuumRelation' in one ? tableName(one.VacuumRelation.relation) : '',
    )
    const all = tables.length === 0 ? [''] : tables
    const isFull = isOptionSet(node.VacuumStmt.options ?? [], 'full')
    return all.flatMap((table) => [...outside(table), ...(isFull ? [{ code: 'vacuum-full' as const, table }] : [])])
  }
  if ('ClusterStmt' in node) return [{ code: 'vacuum-full', table: tableName(node.ClusterStmt.relation) }]
  if ('LockStmt' in node) return relationsOf(node.LockStmt.relations).flatMap((one) => unlessFresh('lock-table', one))
  if ('RefreshMatViewStmt' in node) {
    const { concurrent = false, relation } = node.RefreshMatViewStmt
    return concurrent ? [] : unlessFresh('refresh-locks', tableName(relation))
  }
  const [tag = ''] = Object.keys(node)
  if ('SelectStmt' in node || 'InsertStmt' in node) return hiddenWrites(node)
  return harmless.has(tag) ? [] : [{ code: 'not-told', table: '', detail: tag.replace(/Stmt$/, '') }]
}

/** `with gone as (delete from bookings returning *) select …` deletes all the same. */
function hiddenWrites(value: unknown): Told[] {
  if (Array.isArray(value)) return value.flatMap(hiddenWrites)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, member]) => {
    const isWrite = key === 'DeleteStmt' || key === 'UpdateStmt' || key === 'MergeStmt'
    if (!isWrite) return hiddenWrites(member)
    const table = tableName(Object(member).relation)
    return [{ code: key === 'DeleteStmt' ? ('delete' as const) : ('not-told' as const), table }]
  })
}

function relationsOf(nodes: readonly Node[] = []): string[] {
  return nodes.map((one) => ('RangeVar' in one ? tableName(one.RangeVar) : ''))
}

function nameIn(node: Node): string {
  const items = 'List' in node ? (node.List.items ?? []) : 'TypeName' in node ? (node.TypeName.names ?? []) : [node]
  return items.map((one) => ('String' in one ? (one.String.sval ?? '') : '')).join('.')
}

/** `FULL`, `FULL true`, `(FULL on)`; not `(FULL off)`. */
function isOptionSet(options: readonly Node[], wanted: string): boolean {
  return options.some((one) => {
    if (!('DefElem' in one) || one.DefElem.defname !== wanted) return false
    return !/"(?:off|false|0)"|"ival":\{\}/i.test(JSON.stringify(one.DefElem.arg ?? null))
  })
}

function isZero(node: Node | undefined): boolean {
  if (node === undefined || !('A_Const' in node)) return false
  const { ival, sval } = node.A_Const
  return ival !== undefined ? (ival.ival ?? 0) === 0 : /^0+\s*[a-z]*$/i.test(sval?.sval ?? '')
}
