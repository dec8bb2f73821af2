import * as z from 'zod'
import type { StepContext } from '../../../core/context.ts'
import { message } from '../../../core/message.ts'
import { defineTask } from '../../../core/task.ts'
import { actingTexts } from '../acting/acting-texts.ts'
import { readerOf } from '../connection/reader.ts'
import { quoted } from '../identifier.ts'
import { type Dropped, droppedIndexes, forgetDropped, isMeant } from '../indexes/dropped-indexes.ts'
import { buildIndex } from '../indexes/index-build.ts'
import { indexSeen } from '../indexes/index-relations.ts'
import { statementOf } from '../indexes/index-spec.ts'
import { indexRefusalTexts, indexRefused, refusalText } from '../indexes/index-task-texts.ts'
import type { PostgresOptions } from '../options.ts'

const again = message<{ index: string; table: string; bytes: number; droppedAt: number }>(
  'postgres.recreate-index-action',
  {
    en: (p, f) =>
      `create index ${p.index} on ${p.table} again: ${f.bytes(p.bytes)} when it was dropped on ${f.dateTime(new Date(p.droppedAt).toISOString())}`,
    fr: (p, f) =>
      `recréer l'index ${p.index} sur ${p.table} : ${f.bytes(p.bytes)} lors de sa suppression le ${f.dateTime(new Date(p.droppedAt).toISOString())}`,
  },
)
const undo = message<{ index: string }>('postgres.recreate-index-undo', {
  en: (p) => `DROP INDEX CONCURRENTLY ${p.index};`,
  fr: (p) => `DROP INDEX CONCURRENTLY ${p.index};`,
})
const gone = message('postgres.recreate-index-gone', {
  en: () => 'it is no longer among those that were dropped',
  fr: () => "il n'est plus parmi ceux qui ont été supprimés",
})

/** Creates again what was dropped through us, as it was. */
export const recreateIndexTask = defineTask<PostgresOptions>()({
  kind: 'postgres-recreate-index',
  summary: message('postgres.recreate-index-summary', {
    en: () => 'create a dropped index again',
    fr: () => 'recréer un index supprimé',
  }),
  options: z.strictObject({
    /** Its name, or its schema and name. */
    index: z.string().default(''),
    /** Nothing of it is asked here: the three ways of `vigie db indexes` have the same options. */
    checks: z.record(z.string(), z.unknown()).default({}),
  }),
  effect: 'change',
  isIdempotent: true,
  timeoutMs: 6 * 3_600_000,
  messages: [...actingTexts, ...indexRefusalTexts, again, undo, gone],
  plan: async (component, { index: wanted }, ctx) => {
    if (wanted === '') return []
    const all = await droppedIndexes(ctx)
    const [only, ...others] = all.filter((one) => isMeant(wanted, one))
    if (only === undefined) throw indexRefused('not-dropped', wanted, all.map(called).slice(-20).join(', '))
    if (others.length > 0) throw indexRefused('several', wanted, [only, ...others].map(called).join(', '))
    const seen = await indexSeen(readerOf(component, ctx), only.schema, only.name)
    if (seen?.isValid === true) throw indexRefused('is-there', wanted)
    const { schema, table, name, bytes, droppedAt } = only
    return [
      {
        summary: again({ index: called(only), table: `${schema}.${table}`, bytes, droppedAt }),
        effect: 'change',
        target: `${statementOf(only, 'concurrently')};`,
        bytes,
        undo: undo({ index: quoted(schema, name) }),
        expected: { schema, name, droppedAt },
      },
    ]
  },
  execute: async ({ expected }, component, _, ctx) => {
    const found = await droppedAs(expected, ctx)
    if (found === undefined) return { status: 'skipped', reason: gone({}) }
    const seen = await indexSeen(readerOf(component, ctx), found.schema, found.name)
    if (seen?.isValid === true) return { status: 'skipped', reason: refusalText('is-there', found.name) }
    const bytes = await buildIndex(component, found, ctx)
    await forgetDropped(found, ctx)
    return { status: 'done', changed: true, bytes }
  },
})

async function droppedAs(expected: Readonly<Record<string, unknown>>, ctx: StepContext): Promise<Dropped | undefined> {
  const { schema, name, droppedAt } = { schema: undefined, name: undefined, droppedAt: undefined, ...expected }
  return (await droppedIndexes(ctx)).find(
    (one) => one.schema === schema && one.name === name && one.droppedAt === droppedAt,
  )
}

function called({ schema, name }: Dropped): string {
  return `${schema}.${name}`
}
