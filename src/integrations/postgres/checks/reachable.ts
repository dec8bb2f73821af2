import * as z from 'zod'
import { defineCheck } from '../../../core/check.ts'
import { message } from '../../../core/message.ts'
import { hostOf } from '../address.ts'
import { ask } from '../connection.ts'
import type { PostgresOptions } from '../options.ts'
import { couldNotAsk, notReached, postgresTexts, reachRemedy } from '../texts.ts'

const fine = message<{ ms: number; version: string }>('postgres.reachable', {
  en: (p, f) => `PostgreSQL ${p.version} answers in ${f.duration(p.ms)}`,
  fr: (p, f) => `PostgreSQL ${p.version} répond en ${f.duration(p.ms)}`,
})

/** Does the database let us in and answer? */
export const reachableCheck = defineCheck<PostgresOptions>()({
  kind: 'postgres-reachable',
  summary: message('postgres.reachable-summary', { en: () => 'the database answers', fr: () => 'la base répond' }),
  options: z.strictObject({}),
  cadence: 'daily',
  criticality: 'critical',
  retry: { attempts: 2, delayMs: 500 },
  // Where a secret leads is not known before it is read.
  remote: ({ url }) => (typeof url === 'string' ? hostOf(url) : undefined),
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
      return { status: 'fail', saw: 1, reason: notReached({ why, detail }), remedy }
    }
    const version = answer.rows[0]?.version.split(' ')[0] ?? ''
    return {
      status: 'pass',
      saw: answer.rows.length,
      measurements: { answer_ms: answer.durationMs },
      reason: fine({ ms: answer.durationMs, version }),
    }
  },
})
