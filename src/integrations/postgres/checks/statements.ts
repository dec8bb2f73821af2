import * as z from 'zod'
import { defineCheck } from '../../../core/check.ts'
import { durationSchema } from '../../../core/duration.ts'
import { message } from '../../../core/message.ts'
import { noTime } from '../../../core/refusals.ts'
import { type FindingDraft, statusOf } from '../../../core/verdict.ts'
import type { PostgresOptions } from '../options.ts'
import { calm, findingTexts, idle, repeatedFinding, slowerFinding, someWrong } from '../statements/finding-texts.ts'
import { type Repeated, repeatedIn, type Slower, slowerThan, timeShares, usualRepeated } from '../statements/judged.ts'
import { lookAtStatements, type StatementsLook } from '../statements/look.ts'
import { keyOf } from '../statements/state.ts'
import { firstLook, firstLookRemedy, obstacleOf, readingTexts } from '../statements/statement-texts.ts'
import { postgresTexts } from '../texts.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

/** Statements that became slower than a week before, and those that look like one for each row of another (N+1). */
export const statementsCheck = defineCheck<PostgresOptions>()({
  kind: 'postgres-statements',
  summary: message('postgres.statements-summary', {
    en: () => 'no statement became slow, or is sent row by row',
    fr: () => "aucune requête n'a ralenti ni n'est envoyée ligne par ligne",
  }),
  options: z.strictObject({
    /** What is judged, and compared with as long a week before: the same day of the week has the same work. */
    span: durationSchema.refine((ms) => ms > 0, noTime.code).default(dayMs),
    /** Times the mean of a week before. Less is often the data of the day. */
    slowdown: z.number().min(1).default(2),
    /** Of the time, or calls, of all statements: by Amdahl's law the rest of the load is all that is left to gain elsewhere. */
    minShare: z.number().min(0).max(1).default(usualRepeated.minShare),
    /** Calls in each of the spans: the mean of fewer than about 30 is chance (central limit theorem). */
    minCalls: z.number().int().positive().default(30),
    /** Requests that the application gets; with it calls for each request are known, not guessed from other statements. */
    requestsPerSecond: z.number().positive().optional(),
    /** Sentry's detector of N+1 asks for more than five. */
    callsPerRequest: z.number().min(2).default(usualRepeated.callsPerRequest),
    /** A statement that gives more rows in the mean is a list, not a detail. */
    maxRowsPerCall: z.number().positive().default(usualRepeated.maxRowsPerCall),
    /** Calls in the span below which repetition is not worth a word. */
    minRepeats: z.number().int().positive().default(usualRepeated.minCalls),
  }),
  cadence: 'daily',
  criticality: 'informative',
  watch: { everyMs: hourMs, alertsBy: 'rules' },
  messages: [...new Set([...postgresTexts, ...readingTexts, ...findingTexts])],
  probe: (component, { span }, ctx) => lookAtStatements(component, { sinceMs: span }, ctx),
  judge: (look, options) => {
    const obstacle = obstacleOf(look.reading)
    if (obstacle !== undefined) {
      const { isMissing, reason, remedy } = obstacle
      const told = { reason, ...(remedy && { remedy }) }
      return isMissing ? { status: 'skipped', because: 'missing-tool', ...told } : { status: 'error', ...told }
    }
    const { span, weekBefore, state, texts } = look
    if (span === undefined || state === undefined)
      return { status: 'error', reason: firstLook({}), remedy: firstLookRemedy({}) }
    const { minShare, minCalls, minRepeats, slowdown, requestsPerSecond, callsPerRequest, maxRowsPerCall } = options
    const slower = weekBefore === undefined ? [] : slowerThan(span, weekBefore, { slowdown, minShare, minCalls })
    const limits = { requestsPerSecond, callsPerRequest, maxRowsPerCall, minShare, minCalls: minRepeats }
    const repeated = repeatedIn(span, texts, limits)
    const findings = [
      ...slower.map((one) => slowerDraft(one, look)),
      ...repeated.map((one) => repeatedDraft(one, look)),
    ]
    const calls = [...span.done.values()].reduce((sum, one) => sum + (one.isTop ? one.calls : 0), 0)
    const seen = {
      saw: state.entries.length + 1,
      covers: [...findings.map(({ subject }) => subject), ...judgedSubjects(look, { minCalls, minRepeats, calls })],
      measurements: {
        statements: state.entries.length + state.rest.count,
        slower_statements: slower.length,
        repeated_statements: repeated.length,
      },
    }
    const { fromMs, toMs, unknown } = span
    const about = { spanMs: toMs - fromMs, isCompared: weekBefore !== undefined, unknown }
    if (findings.length > 0) {
      const reason = someWrong({ ...about, slower: slower.length, repeated: repeated.length })
      return { status: statusOf(findings), ...seen, reason, findings }
    }
    const [worst] = [...span.done.values()].toSorted((a, b) => b.totalMs - a.totalMs)
    if (worst === undefined) return { status: 'pass', ...seen, reason: idle(about) }
    const statement = texts.get(worst.id) ?? worst.id
    return { status: 'pass', ...seen, reason: calm({ ...about, calls, share: timeShares(span)(worst), statement }) }
  },
})

function slowerDraft({ now, before, share }: Slower, { texts, state }: StatementsLook): FindingDraft {
  const { title, remedy } = slowerFinding({ now, before, share, user: userOf(now, state), texts })
  return { subject: subjectOf('slower', now, state), severity: 'medium', title, remedy }
}

function repeatedDraft(one: Repeated, { texts, state }: StatementsLook): FindingDraft {
  const { title, remedy } = repeatedFinding(one, userOf(one.done, state), texts)
  const severity = one.why === 'others' ? 'low' : 'medium'
  return { subject: subjectOf('repeated', one.done, state), severity, title, remedy }
}

type Known = { readonly userId: string; readonly id: string; readonly isTop: boolean }

function userOf({ userId }: Known, state: StatementsLook['state']): string {
  return state?.users[userId] ?? userId
}

function subjectOf(what: 'slower' | 'repeated', one: Known, state: StatementsLook['state']): string {
  return `${what}:${userOf(one, state)}:${one.id}${one.isTop ? '' : ':nested'}`
}

/**
 * What this look can call put right: a mean of enough calls, and any statement while the application worked. An idle day,
 * or one without a look of the week before, closes nothing.
 */
function judgedSubjects(
  { span, weekBefore, state }: StatementsLook,
  { minCalls, minRepeats, calls }: { readonly minCalls: number; readonly minRepeats: number; readonly calls: number },
): readonly string[] {
  const means = (state?.entries ?? []).filter((one) => {
    const [now, before] = [span?.done.get(keyOf(one)), weekBefore?.done.get(keyOf(one))]
    return now !== undefined && before !== undefined && Math.min(now.calls, before.calls) >= minCalls
  })
  const repeats = calls >= minRepeats ? (state?.entries ?? []) : []
  return [
    ...means.map((one) => subjectOf('slower', one, state)),
    ...repeats.map((one) => subjectOf('repeated', one, state)),
  ]
}
