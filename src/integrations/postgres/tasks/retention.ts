import * as z from 'zod'
import { VigieError } from '../../../core/errors.ts'
import { message } from '../../../core/message.ts'
import { type Action, defineTask } from '../../../core/task.ts'
import { acting } from '../acting/acting.ts'
import { actingTexts } from '../acting/acting-texts.ts'
import { quoted } from '../identifier.ts'
import type { PostgresOptions } from '../options.ts'
import { followRule } from '../retention/follow-rule.ts'
import { definitionOf, lookAtRule, type RetentionLook } from '../retention/look.ts'
import { columnList } from '../retention/row-text.ts'
import { cutOffDay, type RetentionRule } from '../retention/rule.ts'
import {
  archiveUndo,
  changedSince,
  knownRules,
  noRules,
  noRulesRemedy,
  plannedRule,
  retentionTexts,
  ruleChanged,
  unknownRule,
  wentSoFar,
} from '../retention/task-texts.ts'

/**
 * Lets rows go that are past the time that a rule of the component keeps them: deleted, into an archive table, or into
 * Parquet files. The plan is the dry run: it counts. One action a rule, bound to the cut-off day and to the count.
 */
export const retentionTask = defineTask<PostgresOptions>()({
  kind: 'postgres-retention',
  summary: message('postgres.retention-summary', {
    en: () => 'let old rows go as the retention rules say',
    fr: () => 'faire partir les vieilles lignes selon les règles de rétention',
  }),
  options: z.strictObject({
    /** Names of rules of the component; without any, all of them. */
    rules: z.array(z.string().min(1)).default([]),
  }),
  effect: 'destroy',
  isIdempotent: true,
  timeoutMs: 21_600_000,
  messages: [...actingTexts, ...retentionTexts],
  plan: async ({ options }, { rules }, ctx) => {
    const wanted = rulesOf(options, rules)
    return acting(
      options,
      ctx,
      async (session) => {
        const actions: Action[] = []
        for (const [name, rule] of wanted) {
          const day = cutOffDay(ctx.clock.now(), rule.keep)
          const look = await lookAtRule(session, name, rule, day, ctx)
          if (look.count + look.left > 0) actions.push(actionOf(name, rule, day, look))
        }
        return actions
      },
      // A plan changes nothing: it need not wait for another that acts.
      { isUrgent: true, keepsSearchPath: true },
    )
  },
  execute: async ({ expected }, component, _, ctx) => {
    const { options } = component
    const name = String(expected['rule'])
    const rule = options.retention[name]
    if (rule === undefined || definitionOf(rule) !== expected['definition'])
      return { status: 'skipped', reason: ruleChanged({}) }
    return acting(
      options,
      ctx,
      async (session) => {
        const look = await lookAtRule(session, name, rule, String(expected['day']), ctx)
        const planned = Number(expected['count'])
        const isMore = (now: readonly string[], then: unknown): boolean =>
          now.some((one) => !listOf(then).includes(one))
        if (
          look.count > planned ||
          isMore(alsoOf(look), expected['also']) ||
          isMore(look.subject.triggers, expected['triggers']) ||
          isMore(partitionsOf(look), expected['partitions'])
        )
          return { status: 'skipped', reason: changedSince({ planned, now: look.count }) }
        const { count, batches, isWhole } = await followRule(session, look, rule, component, ctx)
        const note = wentSoFar({ done: count, left: look.count - count, batches, isWhole })
        const bytes = look.count === 0 ? 0 : Math.round((look.bytes * count) / look.count)
        return { status: 'done', changed: count > 0, note, bytes }
      },
      { keepsSearchPath: true },
    )
  },
})

function rulesOf(
  { retention }: PostgresOptions,
  wanted: readonly string[],
): readonly (readonly [string, RetentionRule])[] {
  const all = Object.entries(retention)
  const names = all.map(([name]) => name)
  if (all.length === 0) throw new VigieError('usage', noRules({}), { hint: noRulesRemedy({}) })
  const unknown = wanted.find((name) => !names.includes(name))
  if (unknown !== undefined)
    throw new VigieError('usage', unknownRule({ name: unknown }), { hint: knownRules({ names }) })
  return wanted.length === 0 ? all : all.filter(([name]) => wanted.includes(name))
}

function actionOf(name: string, rule: RetentionRule, day: string, look: RetentionLook): Action {
  const { subject, archive, files, count, bytes, partitions } = look
  const table = `${subject.schema}.${subject.table}`
  const way = rule.action === 'delete' ? 'delete' : 'archive' in rule.action ? 'archive' : 'parquet'
  const to = archive !== undefined ? `${archive.schema}.${archive.name}` : (files?.folder ?? '')
  const also = alsoOf(look)
  const columns = columnList(subject.columns.filter(({ isGenerated }) => !isGenerated))
  return {
    summary: plannedRule({
      ...{ rule: name, table, count, bytes, day, way, to, also },
      triggers: subject.triggers,
      partitions: partitionsOf(look),
    }),
    // What foreign keys and triggers take from other tables is in no archive.
    effect: way === 'archive' && also.length + subject.triggers.length === 0 ? 'change' : 'destroy',
    target: to === '' ? table : `${table} → ${to}`,
    bytes,
    ...(archive !== undefined && {
      undo: archiveUndo({
        table: quoted(subject.schema, subject.table),
        archive: archive.sql,
        columns,
        partitions: createSql(partitions),
      }),
    }),
    expected: {
      ...{ rule: name, day, count, also, definition: definitionOf(rule) },
      partitions: partitionsOf(look),
      triggers: subject.triggers,
    },
  }
}

/** What makes partitions again, empty. */
function createSql(partitions: RetentionLook['partitions']): string {
  return partitions
    .map(({ schema, name, parent, bound }) => `CREATE TABLE ${quoted(schema, name)} PARTITION OF ${parent} ${bound}; `)
    .join('')
}

function alsoOf({ references }: RetentionLook): readonly string[] {
  return references.map(({ table, count, action, constraint }) => `${table} ${count} (${constraint}, ${action})`)
}

function partitionsOf({ partitions, halfDropped }: RetentionLook): readonly string[] {
  return [...partitions.map(({ schema, name }) => `${schema}.${name}`), ...halfDropped]
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
