import * as z from 'zod'
import { defineCheck } from '../../../core/check.ts'
import { VigieError } from '../../../core/errors.ts'
import { message } from '../../../core/message.ts'
import { statusOf } from '../../../core/verdict.ts'
import { judgeRule, type RuleSample } from '../consistency/judge.ts'
import { lookAtRule } from '../consistency/look.ts'
import {
  consistencyTexts,
  couldNotJudge,
  declareRules,
  holds,
  knownRules,
  mendRule,
  noRules,
  noSuchRule,
  someUnknown,
  violated,
} from '../consistency/texts.ts'
import type { PostgresOptions } from '../options.ts'
import { postgresTexts, reachRemedy } from '../texts.ts'

export interface ConsistencySample {
  readonly rules: readonly RuleSample[]
  /** Every declared rule was asked: what is no longer declared has no finding left. */
  readonly isWhole: boolean
}

/** What must be true of the data, by rules of the team: rows that must not be, values, counters against their source. */
export const consistencyCheck = defineCheck<PostgresOptions>()({
  kind: 'postgres-consistency',
  summary: message('postgres.consistency-summary', {
    en: () => 'the data keep to the rules of the application',
    fr: () => "les données respectent les règles de l'application",
  }),
  options: z.strictObject({
    /** Names of rules; none: all of them. */
    rules: z.array(z.string().min(1)).default([]),
  }),
  cadence: 'daily',
  criticality: 'important',
  /** Each rule has a limit of its own, a minute when nothing is said. */
  timeoutMs: 600_000,
  appliesTo: ({ consistency }) => Object.keys(consistency).length > 0,
  messages: [...postgresTexts, ...consistencyTexts],
  probe: async (component, { rules: wanted }, ctx): Promise<ConsistencySample> => {
    const until = ctx.clock.monotonicMs() + ctx.timeoutMs
    const all = Object.entries(component.options.consistency)
    const unknown = wanted.find((name) => !Object.hasOwn(component.options.consistency, name))
    if (unknown !== undefined) {
      const names = all.map(([name]) => name)
      throw new VigieError('usage', noSuchRule({ rule: unknown }), { hint: knownRules({ names }) })
    }
    const chosen = all.filter(([name]) => wanted.length === 0 || wanted.includes(name))
    const rules: RuleSample[] = []
    // In turn: a light guest asks one heavy question at a time.
    for (const [name, rule] of chosen) {
      const answer = await lookAtRule(component, rule, until, ctx)
      ctx.signal.throwIfAborted()
      rules.push({ component: component.name, name, rule, answer })
    }
    return { rules, isWhole: chosen.length === all.length }
  },
  judge: ({ rules, isWhole }) => {
    if (rules.length === 0) return { status: 'error', reason: noRules({}), remedy: declareRules({}) }
    const judged = rules.map((one) => ({ name: one.name, verdict: judgeRule(one) }))
    const findings = judged.flatMap(({ verdict }) => (verdict.is === 'violated' ? [verdict.finding] : []))
    const unknown = judged.flatMap(({ name, verdict }) => (verdict.is === 'unknown' ? [{ name, ...verdict }] : []))
    const known = judged.filter(({ verdict }) => verdict.is !== 'unknown').map(({ name }) => name)
    const measurements = { rules: known.length, violated_rules: findings.length }
    const seen = { saw: known.length, measurements, ...(!(isWhole && unknown.length === 0) && { covers: known }) }
    const [first] = findings
    const [blind] = unknown
    if (blind !== undefined) {
      const { name: rule, why, detail } = blind
      const told = { rules: unknown.map(({ name }) => name), rule, why, detail }
      const remedy = isUnreached(rules) ? reachRemedy({ why }) : mendRule({ rule, why })
      if (first === undefined) return { status: 'error', reason: couldNotJudge(told), remedy, measurements }
      const reason = someUnknown({ ...told, first: first.subject, count: findings.length })
      return { status: statusOf(findings), ...seen, reason, remedy, findings }
    }
    if (first === undefined) return { status: 'pass', ...seen, reason: holds({ count: known.length }) }
    const reason = findings.length === 1 ? first.title : violated({ count: findings.length, first: first.subject })
    return { status: statusOf(findings), ...seen, reason, findings }
  },
})

/** The database itself did not answer: no rule is to be corrected. */
function isUnreached(rules: readonly RuleSample[]): boolean {
  return rules.every(
    ({ answer }) => answer.is === 'unanswered' && !['denied', 'statement'].includes(answer.answer.refusal),
  )
}
