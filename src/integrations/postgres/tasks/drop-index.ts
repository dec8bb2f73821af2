import * as z from 'zod'
import type { Component } from '../../../core/check.ts'
import type { StepContext } from '../../../core/context.ts'
import { VigieError } from '../../../core/errors.ts'
import { message } from '../../../core/message.ts'
import { defineTask } from '../../../core/task.ts'
import { acting } from '../acting/acting.ts'
import { actingTexts } from '../acting/acting-texts.ts'
import { awaitRoom, patientLockMs } from '../acting/room-to-act.ts'
import { readerIn, readerOf } from '../connection/reader.ts'
import { quoted } from '../identifier.ts'
import { isMeant, keepDropped } from '../indexes/dropped-indexes.ts'
import { type Advised, adviceTexts, type DropAdvice, indexAdvice } from '../indexes/index-advice.ts'
import { indexSeen, makingSeen } from '../indexes/index-relations.ts'
import { statementOf } from '../indexes/index-spec.ts'
import { indexRefusalTexts, indexRefused, refusalText } from '../indexes/index-task-texts.ts'
import { indexesNow } from '../indexes/indexes.ts'
import { unusedIndexTexts } from '../indexes/unused-index-texts.ts'
import type { PostgresOptions } from '../options.ts'
import { replicaReadTexts } from '../replicas/replica-reads.ts'
import { readsOf } from '../tables/table-reads.ts'
import { couldNotAsk, postgresTexts, reachRemedy } from '../texts.ts'

interface Told {
  readonly [key: string]: string | number | boolean
  readonly index: string
  readonly table: string
  readonly advice: DropAdvice
  readonly bytes: number
  readonly isPartitioned: boolean
}
const english: Readonly<Record<DropAdvice, string>> = {
  unused: 'nothing reads it',
  duplicate: 'another is the same',
  overlapping: 'another begins with it',
  invalid: 'a failed build left it',
}
const french: Readonly<Record<DropAdvice, string>> = {
  unused: 'rien ne le lit',
  duplicate: 'un autre est identique',
  overlapping: 'un autre commence par lui',
  invalid: "une création échouée l'a laissé",
}
const dropAction = message<Told>('postgres.drop-index-action', {
  en: (p, f) =>
    `drop index ${p.index} of ${p.table} (${english[p.advice]}): frees ${f.bytes(p.bytes)}${p.isPartitioned ? '; locks the table with its partitions for a moment' : ''}`,
  fr: (p, f) =>
    `supprimer l'index ${p.index} de ${p.table} (${french[p.advice]}) : libère ${f.bytes(p.bytes)}${p.isPartitioned ? ' ; verrouille un instant la table et ses partitions' : ''}`,
})
const undo = message<{ name: string; ddl: string }>('postgres.drop-index-undo', {
  en: (p) => `vigie db indexes --recreate '${p.name}'   -- or: ${p.ddl}`,
  fr: (p) => `vigie db indexes --recreate '${p.name}'   -- ou : ${p.ddl}`,
})
const changed = message('postgres.drop-index-changed', {
  en: () => 'it is no longer the index of the plan, or nothing says any more that it can go',
  fr: () => "ce n'est plus l'index du plan, ou plus rien ne dit qu'il puisse disparaître",
})

const options = z.strictObject({
  /** Its name, or its schema and name: `public.orders_at_idx`. */
  index: z.string().default(''),
  /** Options of the checks, for the advice, as `vigie db indexes` gives them. */
  checks: z.record(z.string(), z.unknown()).default({}),
})

const changedByOthersSql = `
  select 1 as one from pg_locks
  where locktype = 'relation' and relation = $1::oid and granted and pid <> pg_backend_pid()
    and database = (select oid from pg_database where datname = current_database())
    and mode in ('ShareUpdateExclusiveLock', 'ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')`

/** Drops one index that the advice names, on demand alone, and keeps all that makes it again. */
export const dropIndexTask = defineTask<PostgresOptions>()({
  kind: 'postgres-drop-index',
  summary: message('postgres.drop-index-summary', { en: () => 'drop an index', fr: () => 'supprimer un index' }),
  options,
  effect: 'disrupt',
  timeoutMs: 3_600_000,
  messages: [
    ...[...postgresTexts, ...actingTexts, ...indexRefusalTexts, ...adviceTexts, ...unusedIndexTexts],
    ...[...replicaReadTexts, dropAction, undo, changed],
  ],
  plan: async (component, { index: wanted, checks }, ctx) => {
    if (wanted === '') return []
    const { index, advice } = await droppable(component, { wanted, checks }, ctx)
    const { schema, name, table, bytes, isPartitioned } = index
    const seen = await indexSeen(readerOf(component, ctx), schema, name)
    if (seen === undefined) throw indexRefused('unknown', wanted)
    const ddl = `${statementOf(makingSeen(schema, name, seen), isPartitioned ? 'plain' : 'concurrently')};`
    const called = `${schema}.${name}`
    return [
      {
        summary: dropAction({ index: called, table: `${schema}.${table}`, advice, bytes, isPartitioned }),
        effect: 'disrupt',
        // Its size is no part of what is agreed to: it is written to meanwhile.
        target: `index ${called}`,
        undo: undo({ name: called.replaceAll("'", "'\\''"), ddl }),
        expected: { schema, name, oid: seen.oid, ddl, advice },
      },
    ]
  },
  execute: async ({ expected }, component, { checks }, ctx) => {
    const [schema, name] = [String(expected['schema']), String(expected['name'])]
    const advised = await adviceOn(component, checks, ctx)
    const found = advised.indexes.find(({ index }) => index.schema === schema && index.name === name)
    if (found === undefined || whyNot(found, advised.unasked) !== undefined || found.advice !== expected['advice'])
      return { status: 'skipped', reason: changed({}) }
    return await acting(component.options, ctx, async (session) => {
      const { limits } = component.options
      await awaitRoom(session, limits, ctx)
      const read = readerIn(session)
      const seen = await indexSeen(read, schema, name)
      const making = seen && makingSeen(schema, name, seen)
      const how = seen?.isPartitioned === true ? 'plain' : 'concurrently'
      if (seen === undefined || making === undefined) return { status: 'skipped', reason: changed({}) }
      const isSame = seen.oid === expected['oid'] && `${statementOf(making, how)};` === expected['ddl']
      if (!isSame) return { status: 'skipped', reason: changed({}) }
      if (seen.isNeeded) return { status: 'skipped', reason: refusalText('needed', name) }
      // A drop that waits looks its name up again afterwards: another index may bear it by then.
      if ((await read(changedByOthersSql, [seen.oid])).length > 0)
        return { status: 'skipped', reason: refusalText('changing', name) }
      const { bytes } = found.index
      const before = await readsOf(read, making, ctx)
      const droppedAt = ctx.clock.now().getTime()
      await keepDropped({ ...making, advice: String(found.advice), bytes, droppedAt, before }, ctx)
      // It waits for the transactions that may use it, and keeps nobody waiting; without CONCURRENTLY all wait behind it.
      if (!seen.isPartitioned) await session.setLimits({ lockMs: patientLockMs(component.options) })
      try {
        await session.query(`drop index ${seen.isPartitioned ? '' : 'concurrently '}${quoted(schema, name)}`)
      } catch (error) {
        const left = await indexSeen(read, schema, name).catch(() => undefined)
        // PostgreSQL makes it invalid first, then waits for those who may still use it.
        if (seen.isValid && left?.oid === seen.oid && !left.isValid)
          throw indexRefused('half-dropped', name, error instanceof Error ? error.message : '')
        throw error
      }
      return { status: 'done', changed: true, bytes }
    })
  },
})

/** The index that is meant and its advice. Throws `action-refused` with why it is not to be dropped. */
async function droppable(
  component: Component<PostgresOptions>,
  { wanted, checks }: { readonly wanted: string; readonly checks: Readonly<Record<string, unknown>> },
  ctx: StepContext,
): Promise<Advised & { readonly advice: DropAdvice }> {
  const { indexes, unasked } = await adviceOn(component, checks, ctx)
  const meant = indexes.filter(({ index }) => isMeant(wanted, index))
  const [only, ...others] = meant
  if (only === undefined) throw indexRefused('unknown', wanted)
  if (others.length > 0) {
    const list = meant.map(({ index }) => `${index.schema}.${index.name}`).join(', ')
    throw indexRefused('several', wanted, list)
  }
  const why = whyNot(only, unasked)
  if (why !== undefined) throw indexRefused(why, wanted, why === 'not-advised' ? `${only.index.scans} scans` : '')
  if (only.advice === null) throw indexRefused('not-advised', wanted)
  return { ...only, advice: only.advice }
}

function whyNot({ index, advice }: Advised, unasked: number): Parameters<typeof indexRefused>[0] | undefined {
  if (advice === 'invalid' && index.isPartitioned) return 'unfinished'
  if (index.isNeeded) return advice === 'invalid' ? 'rebuild' : 'needed'
  if (advice === null) return 'not-advised'
  return advice === 'unused' && unasked > 0 ? 'replicas' : undefined
}

async function adviceOn(
  component: Component<PostgresOptions>,
  checks: Readonly<Record<string, unknown>>,
  ctx: StepContext,
) {
  const advice = await indexAdvice(component, checks, ctx, indexesNow)
  if (advice.ok) return advice
  if (!('refused' in advice))
    throw new VigieError('action-refused', advice.reason, advice.remedy && { hint: advice.remedy })
  const { refusal: why, detail } = advice.refused
  throw new VigieError('database-unavailable', couldNotAsk({ why, detail }), { hint: reachRemedy({ why }) })
}
