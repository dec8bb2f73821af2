import * as z from 'zod'
import { defineCheck } from '../../../core/check.ts'
import { message } from '../../../core/message.ts'
import { hostOf } from '../connection/address.ts'
import { ask, type Refusal } from '../connection/connection.ts'
import type { PostgresOptions } from '../options.ts'
import { couldNotAsk, noRows, notReached, postgresTexts, reachRemedy } from '../texts.ts'

const fine = message<{ ms: number; version: string }>('postgres.reachable', {
  en: (p, f) => `PostgreSQL ${p.version} answers in ${f.duration(p.ms)}`,
  fr: (p, f) => `PostgreSQL ${p.version} répond en ${f.duration(p.ms)}`,
})

/** Refusals that nobody at the other end gave. */
const silences: readonly Refusal[] = ['refused', 'timed-out', 'name-not-found']

/** Does the database let us in and answer? */
export const reachableCheck = defineCheck<PostgresOptions>()({
  kind: 'postgres-reachable',
  summary: message('postgres.reachable-summary', { en: () => 'the database answers', fr: () => 'la base répond' }),
  options: z.strictObject({}),
  cadence: 'daily',
  criticality: 'critical',
  watch: { everyMs: 30_000, alertsBy: 'status' },
  retry: { attempts: 2, delayMs: 500 },
  remote: async ({ url }, reveal) => hostOf((await reveal(url)) ?? ''),
  messages: [...postgresTexts, fine],
  probe: (component, _, ctx) =>
    ask<{ version: string }>(component, { sql: "select current_setting('server_version') as version" }, ctx),
  judge: (answer) => {
    if (!answer.ok) {
      const { refusal: why, detail } = answer
      const remedy = reachRemedy({ why })
      if (why === 'statement' || why === 'denied') {
        return { status: 'error', reason: couldNotAsk({ why, detail }), remedy }
      }
      return { status: 'fail', saw: silences.includes(why) ? 0 : 1, reason: notReached({ why, detail }), remedy }
    }
    const version = answer.rows[0]?.version.split(' ')[0]
    if (version === undefined) return noRows()
    return {
      status: 'pass',
      saw: answer.rows.length,
      measurements: { answer_ms: answer.durationMs },
      reason: fine({ ms: answer.durationMs, version }),
    }
  },
})
