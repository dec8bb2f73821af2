import * as z from 'zod'
import type { Component } from '../../../core/check.ts'
import type { StepContext } from '../../../core/context.ts'
import { message } from '../../../core/message.ts'
import { type Action, defineTask } from '../../../core/task.ts'
import { actingTexts } from '../acting/acting-texts.ts'
import { readerOf } from '../connection/reader.ts'
import { buildIndex } from '../indexes/index-build.ts'
import { indexSeen, tableSeen } from '../indexes/index-relations.ts'
import { estimatedBytes } from '../indexes/index-space.ts'
import { statementOf } from '../indexes/index-spec.ts'
import { indexRefusalTexts, indexRefused, refusalText } from '../indexes/index-task-texts.ts'
import { type Wanted, wantedIndexes } from '../indexes/index-wanted.ts'
import { type Space, spaceForIndex } from '../indexes/space-for-index.ts'
import type { PostgresOptions } from '../options.ts'

interface Told {
  readonly [key: string]: string | number | boolean | undefined
  readonly index: string
  readonly table: string
  readonly bytes?: number
  readonly free?: number
  readonly hasLeftover: boolean
  readonly isPartitioned: boolean
}
const create = message<Told>('postgres.create-index-action', {
  en: (p, f) =>
    `create index ${p.index} on ${p.table}${p.isPartitioned ? ', partition by partition' : ''}${p.hasLeftover ? ', after what a failed attempt left of it is dropped' : ''}: ${p.bytes === undefined ? 'its size is not known, since the table was never analyzed' : `about ${f.bytes(p.bytes)}`}, ${p.free === undefined ? 'how much is free cannot be seen from here' : `${f.bytes(p.free)} free`}`,
  fr: (p, f) =>
    `créer l'index ${p.index} sur ${p.table}${p.isPartitioned ? ', partition par partition' : ''}${p.hasLeftover ? ", après suppression du reste d'une tentative échouée" : ''} : ${p.bytes === undefined ? "taille inconnue, la table n'ayant jamais eu d'analyze" : `environ ${f.bytes(p.bytes)}`}, ${p.free === undefined ? "la place libre ne se voit pas d'ici" : `${f.bytes(p.free)} libres`}`,
})
const created = message<{ bytes: number }>('postgres.create-index-done', {
  en: (p, f) => `built and valid: ${f.bytes(p.bytes)}`,
  fr: (p, f) => `créé et valide : ${f.bytes(p.bytes)}`,
})
const undo = message<{ index: string }>('postgres.create-index-undo', {
  en: (p) => `DROP INDEX CONCURRENTLY ${p.index};`,
  fr: (p) => `DROP INDEX CONCURRENTLY ${p.index};`,
})
const changed = message('postgres.create-index-changed', {
  en: () => 'its definition or its table is no longer the planned one',
  fr: () => "sa définition ou sa table n'est plus celle du plan",
})

/** Creates indexes of the config that are not there yet, or one that the advice misses, without locking anybody out. */
export const createIndexTask = defineTask<PostgresOptions>()({
  kind: 'postgres-create-index',
  summary: message('postgres.create-index-summary', { en: () => 'create indexes', fr: () => 'créer des index' }),
  options: z.strictObject({
    /** One of `indexes` of the component, or the name that the advice proposes. Default: all of the component's. */
    index: z.string().default(''),
    /** Options of the checks, for the advice, as `vigie db indexes` gives them. */
    checks: z.record(z.string(), z.unknown()).default({}),
  }),
  effect: 'change',
  isIdempotent: true,
  timeoutMs: 6 * 3_600_000,
  messages: [...actingTexts, ...indexRefusalTexts, create, created, undo, changed],
  plan: async (component, options, ctx) => {
    const actions: Action[] = []
    for (const wanted of await wantedIndexes(component, options, ctx)) {
      const action = await actionFor(component, wanted, ctx)
      if (action !== undefined) actions.push(action)
      else if (options.index !== '') throw indexRefused('is-there', wanted.making.name)
    }
    return actions
  },
  execute: async ({ expected }, component, options, ctx) => {
    const name = String(expected['index'])
    const [wanted] = await wantedIndexes(component, { ...options, index: name }, ctx)
    const table = wanted && (await tableSeen(readerOf(component, ctx), wanted.making.schema, wanted.making.table))
    if (wanted === undefined || table?.oid !== expected['table'] || ddlOf(wanted) !== expected['ddl'])
      return { status: 'skipped', reason: changed({}) }
    const seen = await indexSeen(readerOf(component, ctx), wanted.making.schema, name)
    if (seen?.isValid === true) return { status: 'skipped', reason: refusalText('is-there', name) }
    const { lack } = await roomFor(component, wanted, ctx)
    if (lack !== undefined) return { status: 'skipped', reason: refusalText('no-space', name, lack) }
    const bytes = await buildIndex(component, wanted.making, ctx)
    return { status: 'done', changed: true, bytes, note: created({ bytes }) }
  },
})

function ddlOf({ making }: Wanted): string {
  return `${statementOf(making, 'concurrently')};`
}

/** Undefined when it is there already. */
async function actionFor(
  component: Component<PostgresOptions>,
  wanted: Wanted,
  ctx: StepContext,
): Promise<Action | undefined> {
  const { making, table } = wanted
  const read = readerOf(component, ctx)
  const seen = await indexSeen(read, making.schema, making.name)
  if (seen !== undefined) {
    const isOther = seen.table !== making.table || !seen.isIndex
    const keys = wanted.keys
    const isSame =
      keys === undefined || (seen.keys === keys.length && seen.columns.every((one, at) => one === keys[at]))
    if (isOther || (seen.isValid && (!isSame || seen.isUnique !== making.isUnique)))
      throw indexRefused('other-there', making.name, `${making.schema}.${making.name} (${seen.table} ${seen.tail})`)
    if (seen.isValid) return undefined
    if (seen.isBuilding) throw indexRefused('building', making.name)
  }
  const { bytes, space, lack } = await roomFor(component, wanted, ctx)
  if (lack !== undefined) throw indexRefused('no-space', making.name, lack)
  const told = {
    ...{ index: making.name, table: `${making.schema}.${making.table}`, isPartitioned: table.kind === 'p' },
    hasLeftover: seen !== undefined && !seen.isPartitioned,
  }
  return {
    summary: create({
      ...told,
      ...(bytes !== undefined && { bytes }),
      ...(space !== undefined && { free: space.freeBytes }),
    }),
    effect: 'change',
    target: ddlOf(wanted),
    undo: undo({ index: `"${making.schema}"."${making.name}"` }),
    expected: { index: making.name, table: table.oid, ddl: ddlOf(wanted) },
  }
}

interface Room {
  /** About; undefined when the table was never analyzed. */
  readonly bytes: number | undefined
  readonly space: Space | undefined
  /** What is missing where, of a space that can be seen. */
  readonly lack: string | undefined
}

async function roomFor(component: Component<PostgresOptions>, wanted: Wanted, ctx: StepContext): Promise<Room> {
  const { making, table, columns, expressions } = wanted
  const read = readerOf(component, ctx)
  const bytes = await estimatedBytes(read, making, table, columns, expressions)
  const space = await spaceForIndex(read, component.options, { bytes: bytes ?? 0 }, ctx)
  if (space === undefined || space.freeBytes >= space.neededBytes) return { bytes, space, lack: undefined }
  const [free, needed] = [space.freeBytes, space.neededBytes].map((one) => `${Math.round(one / 1e6)} MB`)
  return { bytes, space, lack: `${space.folder}: ${free} < ${needed}` }
}
