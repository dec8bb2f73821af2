import { randomBytes } from 'node:crypto'
import { BackupError, type Dumped } from '../../../core/backup.ts'
import type { CommandResult, StepContext } from '../../../core/context.ts'
import type { Text } from '../../../core/message.ts'
import { codeOf, detailOf } from '../connection/connection.ts'
import type { PostgresOptions } from '../options.ts'
import { reachRemedy } from '../texts.ts'
import { type ClientProgram, openClient, type PostgresClient } from './client.ts'
import { collectFacts } from './collect-facts.ts'
import { countRows } from './count-rows.ts'
import { dumpArguments } from './dump-arguments.ts'
import { dumpFailedHint, noSnapshot, notADump, notAnAddress, notCounted, programSaid } from './dump-texts.ts'
import { endLeftSession } from './end-left-session.ts'
import { majorOf, type PostgresFacts } from './facts.ts'
import { failureOf, lastLines } from './program-failure.ts'
import { obstacle, told } from './readable.ts'
import { readRelations } from './relations.ts'
import { type Selection, select } from './selection.ts'
import { type CopySession, refusePooler, withCopySession } from './session.ts'
import { programUrl, type Target, targetOf } from './target.ts'

export type Write = (piece: Uint8Array) => Promise<void>

const magic = 'PGDMP'
/**
 * The server cannot share a snapshot: not a feature of it, not in the state that it is in, or not for this role; or its disk is
 * full, where a copy is wanted most, and needs none of it.
 */
const cannotShare = ['0A000', '55000', '42501', '42883', '53100']

/** Dumps the database, and counts its rows in the same snapshot. Throws `BackupError`, `tool-missing`. */
export async function dumpDatabase(options: PostgresOptions, ctx: StepContext, write: Write): Promise<Dumped> {
  const target = await programTarget(options, ctx)
  return withCopySession(options, ctx, async (session) => {
    const client = await openClient(options.backup, majorOf(session.serverVersion), ['pg_dump'], ctx)
    await session.query('begin isolation level repeatable read, read only')
    const selection = select(await readRelations(session), options.backup)
    const problem = await obstacle(session, selection)
    if (problem !== undefined) throw problem
    const facts = await collectFacts(session, selection, options.backup.schemas)
    const snapshot = await exportSnapshot(session)
    const args = dumpArguments(options.backup, selection, snapshot.id, client.major)
    const dump = { isRunning: true }
    const counting =
      snapshot.id === undefined
        ? Promise.resolve(uncounted(selection))
        : countRows(session, selection, options.backup.countTimeLimit, ctx, () => dump.isRunning)
    // It is waited for below; when the dump fails first, nobody listens to it any more.
    counting.catch(() => undefined)
    const given = guarded(write, (bytes) => ctx.progress(Math.min(0.99, bytes / facts.bytes)))
    try {
      const result = await runNamed(client, 'pg_dump', args, target, given.write, options, ctx)
      const failure = failureOf('pg_dump', result)
      if (failure !== undefined) throw failure
      given.end()
      const tables = await counting
      return {
        facts: {
          ...facts,
          tables,
          counts: countsOf(tables, facts.withoutRows),
          dumpMajor: client.major,
        } satisfies PostgresFacts,
        notes: notesOf(result, tables, snapshot.id === undefined ? snapshot.why : undefined),
      }
    } finally {
      dump.isRunning = false
    }
  })
}

/** Where the programs connect to. Throws `BackupError` when that is no url, or a pooler. */
export async function programTarget(options: PostgresOptions, ctx: StepContext): Promise<Target> {
  const url = await programUrl(options, ctx)
  refusePooler(url)
  const target = targetOf(url)
  if (target === undefined)
    throw new BackupError('unreachable', notAnAddress({}), { hint: reachRemedy({ why: 'other' }) })
  return target
}

/** Under a name of its own: when it is not run to its end, its session is ended, wherever the program is. */
export async function runNamed(
  client: PostgresClient,
  program: ClientProgram,
  args: readonly string[],
  target: Target,
  onStdout: Write,
  options: PostgresOptions,
  ctx: StepContext,
): Promise<CommandResult> {
  const name = `vigie-backup-${randomBytes(8).toString('hex')}`
  let isEnded = false
  try {
    const named = { ...target, env: { ...target.env, PGAPPNAME: name } }
    const result = await client.run(program, args, named, { onStdout })
    isEnded = result.outcome === 'exited'
    return result
  } finally {
    if (!isEnded) await endLeftSession(options, name, ctx)
  }
}

async function exportSnapshot(
  session: CopySession,
): Promise<{ readonly id: string } | { readonly id: undefined; readonly why: string }> {
  try {
    const [row] = await session.query<{ id: string }>('select pg_export_snapshot() as id', [], cannotShare)
    return row === undefined ? { id: undefined, why: '' } : { id: row.id }
  } catch (error) {
    if (!cannotShare.includes(codeOf(error))) throw error
    return { id: undefined, why: detailOf(error) }
  }
}

/** Looks at what goes by: a banner of what runs the program, say, would make the dump unreadable. */
function guarded(write: Write, tell: (bytes: number) => void): { readonly write: Write; readonly end: () => void } {
  const hint = dumpFailedHint({ why: 'banner' })
  let bytes = 0
  let head = Buffer.alloc(0)
  const check = (): void => {
    const begin = head.toString('latin1')
    if (!magic.startsWith(begin.slice(0, magic.length))) throw new BackupError('unreachable', notADump({}), { hint })
  }
  return {
    write: async (piece) => {
      if (head.length < magic.length) {
        head = Buffer.concat([head, piece.subarray(0, 40)])
        check()
      }
      bytes += piece.length
      tell(bytes)
      await write(piece)
    },
    end: () => {
      if (head.length < magic.length) throw new BackupError('unreachable', notADump({}), { hint })
    },
  }
}

function uncounted({ relations, withoutRows }: Selection): PostgresFacts['tables'] {
  const tables = relations.filter(({ kind }) => kind === 'r')
  return tables.map(({ oid, schema, name }) => ({ schema, name, rows: withoutRows.has(oid) ? 0 : null }))
}

function countsOf(tables: PostgresFacts['tables'], withoutRows: PostgresFacts['withoutRows']): PostgresFacts['counts'] {
  const left = new Set(withoutRows)
  const counted = tables.flatMap(({ schema, name, rows }) =>
    rows === null ? [] : [[`${schema}.${name}`, rows] as const],
  )
  return Object.fromEntries(counted.filter(([name]) => !left.has(name)))
}

function notesOf(
  result: CommandResult,
  tables: PostgresFacts['tables'],
  withoutSnapshot: string | undefined,
): readonly Text[] {
  const missed = tables.filter(({ rows }) => rows === null)
  const said = lastLines(result.stderr)
  return [
    ...(said === '' ? [] : [programSaid({ program: 'pg_dump', detail: said })]),
    ...(withoutSnapshot === undefined ? [] : [noSnapshot({ detail: withoutSnapshot })]),
    ...(missed.length > 0 && withoutSnapshot === undefined ? [notCounted(told(missed))] : []),
  ]
}
