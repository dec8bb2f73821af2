import type { AlterTableCmd, AlterTableStmt, Constraint, Node } from 'libpg-query'
import { isComputedPerRow } from './column-default.ts'
import type { WarningCode } from './rules.ts'
import { type ScriptState, type Told, tableName } from './script-state.ts'

/** Actions that take their lock for a moment only, and lose nothing. */
const harmless: ReadonlySet<string> = new Set([
  ...['AT_ColumnDefault', 'AT_CookedColumnDefault', 'AT_DropNotNull', 'AT_SetStatistics', 'AT_SetOptions'],
  ...['AT_ResetOptions', 'AT_SetStorage', 'AT_SetCompression', 'AT_DropConstraint', 'AT_ChangeOwner', 'AT_ClusterOn'],
  ...['AT_DropCluster', 'AT_SetRelOptions', 'AT_ResetRelOptions', 'AT_EnableTrig', 'AT_EnableAlwaysTrig'],
  ...['AT_EnableReplicaTrig', 'AT_DisableTrig', 'AT_EnableTrigAll', 'AT_DisableTrigAll', 'AT_EnableTrigUser'],
  ...['AT_DisableTrigUser', 'AT_EnableRowSecurity', 'AT_DisableRowSecurity', 'AT_ForceRowSecurity'],
  ...['AT_NoForceRowSecurity', 'AT_ReplicaIdentity', 'AT_DropIdentity', 'AT_SetIdentity', 'AT_AlterConstraint'],
  ...['AT_DropInherit', 'AT_DropOf', 'AT_DetachPartitionFinalize', 'AT_GenericOptions'],
])
const rewrites: ReadonlySet<string> = new Set([
  ...['AT_SetLogged', 'AT_SetUnLogged', 'AT_SetAccessMethod', 'AT_SetTableSpace', 'AT_AddIdentity', 'AT_SetExpression'],
])

/** What an ALTER TABLE of a table that was there before the script does. */
export function tellAlter(statement: AlterTableStmt, state: ScriptState): Told[] {
  const table = tableName(statement.relation)
  if (statement.objtype !== undefined && statement.objtype !== 'OBJECT_TABLE') return []
  if (state.made.has(table)) return []
  state.alters.set(table, (state.alters.get(table) ?? 0) + 1)
  return (statement.cmds ?? []).flatMap((node) =>
    'AlterTableCmd' in node ? tellCommand(node.AlterTableCmd, table, state) : [{ code: 'not-told' as const, table }],
  )
}

function tellCommand(command: AlterTableCmd, table: string, state: ScriptState): Told[] {
  const { subtype = '', name = '', def } = command
  const told = (code: WarningCode, detail?: string): Told[] => [{ code, table, ...(detail && { detail }) }]
  if (harmless.has(subtype)) return []
  if (rewrites.has(subtype)) return told('rewrite')
  switch (subtype) {
    case 'AT_AddColumn':
      return tellColumn(def, table)
    case 'AT_DropColumn':
      return told('drop-column', name)
    case 'AT_AlterColumnType':
      return told('alter-type', name)
    case 'AT_SetNotNull':
      return state.validated.has(`${table} ${name}`) ? [] : told('set-not-null', name)
    case 'AT_AddConstraint':
      if (def === undefined || !('Constraint' in def)) return told('not-told')
      noteNotNullCheck(def.Constraint, table, state)
      return tellConstraint(def.Constraint, table)
    case 'AT_ValidateConstraint': {
      const column = state.notNullChecks.get(`${table} ${name}`)
      if (column !== undefined) state.validated.add(`${table} ${column}`)
      return []
    }
    case 'AT_AttachPartition':
      return [{ code: 'attach-partition', table: partitionOf(def) ?? table }]
    case 'AT_DetachPartition': {
      const isConcurrent = def !== undefined && 'PartitionCmd' in def && def.PartitionCmd.concurrent === true
      if (!isConcurrent) return told('detach-partition')
      return state.isInTransaction ? told('concurrently-in-transaction') : []
    }
    default:
      return told('not-told', subtype)
  }
}

function tellColumn(def: Node | undefined, table: string): Told[] {
  if (def === undefined || !('ColumnDef' in def)) return [{ code: 'not-told', table }]
  const { colname = '', constraints = [], typeName } = def.ColumnDef
  const all = constraints.flatMap((one) => ('Constraint' in one ? [one.Constraint] : []))
  const has = (type: Constraint['contype']): boolean => all.some(({ contype }) => contype === type)
  const isFilled = isComputedPerRow(all, typeName)
  const hasValue = isFilled || has('CONSTR_DEFAULT')
  return [
    ...(isFilled ? [{ code: 'volatile-default' as const, table, detail: colname }] : []),
    ...(has('CONSTR_NOTNULL') && !hasValue
      ? [{ code: 'not-null-without-default' as const, table, detail: colname }]
      : []),
    ...all.flatMap((one) => (one.contype === 'CONSTR_NOTNULL' ? [] : tellConstraint(one, table))),
  ]
}

function tellConstraint(constraint: Constraint, table: string): Told[] {
  const { contype, skip_validation: isNotValid = false, indexname, conname: detail } = constraint
  const told = (code: WarningCode): Told[] => [{ code, table, ...(detail && { detail }) }]
  switch (contype) {
    case 'CONSTR_FOREIGN':
      return isNotValid ? [] : told('foreign-key-validates')
    case 'CONSTR_CHECK':
      return isNotValid ? [] : told('check-validates')
    case 'CONSTR_NOTNULL':
      return isNotValid ? [] : told('set-not-null')
    case 'CONSTR_PRIMARY':
    case 'CONSTR_UNIQUE':
      return indexname === undefined || indexname === '' ? told('constraint-builds-index') : []
    case 'CONSTR_EXCLUSION':
      return told('constraint-builds-index')
    default:
      return []
  }
}

function noteNotNullCheck(
  { contype, conname = '', raw_expr: test }: Constraint,
  table: string,
  state: ScriptState,
): void {
  if (contype !== 'CONSTR_CHECK' || test === undefined || !('NullTest' in test)) return
  const { arg, nulltesttype } = test.NullTest
  if (nulltesttype !== 'IS_NOT_NULL' || arg === undefined || !('ColumnRef' in arg)) return
  const last = arg.ColumnRef.fields?.at(-1)
  if (last !== undefined && 'String' in last) state.notNullChecks.set(`${table} ${conname}`, last.String.sval ?? '')
}

function partitionOf(def: Node | undefined): string | undefined {
  return def !== undefined && 'PartitionCmd' in def ? tableName(def.PartitionCmd.name) : undefined
}
