import * as z from 'zod'
import { defineCheck } from '../../../core/check.ts'
import { message } from '../../../core/message.ts'
import { type FindingDraft, statusOf } from '../../../core/verdict.ts'
import type { Unanswered } from '../connection/connection.ts'
import { quoted } from '../identifier.ts'
import type { PostgresOptions } from '../options.ts'
import { changesBetween } from '../server/arrangement-changes.ts'
import { type ArrangementSight, arrangementSight } from '../server/changes.ts'
import {
  changed,
  changedRemedy,
  changesTexts,
  fewerGrants,
  keptAsBase,
  moreChanges,
  partlyHidden,
  pendingRemedy,
  pendingRestart,
  tooManyGrants,
  unchanged,
} from '../server/changes-texts.ts'
import { blind, grantMonitor, noRows, postgresTexts } from '../texts.ts'

/** More findings at once nobody reads: a restored dump changes thousands. */
const maxFindings = 50

/** Settings, roles, privileges and extensions that are not as they were a day ago. */
export const changesCheck = defineCheck<PostgresOptions>()({
  kind: 'postgres-changes',
  summary: message('postgres.changes-summary', {
    en: () => 'settings, roles and privileges are unchanged since yesterday',
    fr: () => 'réglages, rôles et privilèges sont inchangés depuis hier',
  }),
  options: z.strictObject({}),
  cadence: 'daily',
  criticality: 'important',
  messages: [...postgresTexts, ...changesTexts],
  probe: (component, _, ctx): Promise<ArrangementSight | Unanswered> => arrangementSight(component, ctx),
  judge: (sight) => {
    if ('ok' in sight) return blind(sight)
    const { now, pending, base, role, isCut } = sight
    const count = Object.keys(now.items).length
    if (count === 0) return noRows()
    const changes = base === undefined ? [] : changesBetween(base.was, now)
    const seen = { saw: count, measurements: { changes: changes.length, pending_restarts: pending.length } }
    const findings = changes.slice(0, maxFindings).map(({ kind, name, before, after, severity }): FindingDraft => {
      return {
        subject: `${kind}:${name}`,
        severity,
        title: changed({ kind, name, before, after }),
        remedy: changedRemedy({}),
      }
    })
    const rest = changes.length - findings.length
    if (rest > 0)
      findings.push({
        subject: 'more',
        severity: 'low',
        title: moreChanges({ count: rest }),
        remedy: changedRemedy({}),
      })
    for (const name of pending)
      findings.push({
        subject: `restart:${name}`,
        severity: 'low',
        title: pendingRestart({ name }),
        remedy: pendingRemedy({ name }),
      })
    const [first] = findings
    if (first !== undefined) {
      // Of what was not seen nothing is closed.
      const covers = now.isComplete && !isCut ? {} : { covers: findings.map(({ subject }) => subject) }
      return { status: statusOf(findings), ...seen, findings, reason: first.title, ...covers }
    }
    if (!now.isComplete) {
      const remedy = grantMonitor({ role: quoted(role) })
      return { status: 'error', reason: partlyHidden({}), remedy, measurements: seen.measurements }
    }
    if (isCut) return { status: 'error', reason: tooManyGrants({ limit: count }), remedy: fewerGrants({}) }
    return {
      status: 'pass',
      ...seen,
      reason: base === undefined ? keptAsBase({ count }) : unchanged({ count, ageMs: base.ageMs }),
    }
  },
})
