import * as z from 'zod'
import { bytesSchema } from '../../../core/bytes.ts'
import { defineCheck } from '../../../core/check.ts'
import { durationSchema } from '../../../core/duration.ts'
import { message } from '../../../core/message.ts'
import { type FindingDraft, statusOf } from '../../../core/verdict.ts'
import { quoted } from '../identifier.ts'
import type { PostgresOptions } from '../options.ts'
import {
  type Following,
  type Receiver,
  type ReplicationSight,
  replicationSight,
  type Slot,
} from '../server/replication.ts'
import {
  behind,
  behindRemedy,
  cutOff,
  cutOffRemedy,
  gone,
  goneRemedy,
  hiddenReplication,
  noReplication,
  noReplicationRemedy,
  paused,
  pausedRemedy,
  replicating,
  replicationTexts,
  slotHolds,
  slotLost,
  slotRemedy,
} from '../server/replication-texts.ts'
import { blind, grantMonitor, postgresTexts } from '../texts.ts'

const options = z.strictObject({
  /** At 30 s work that changes something stops as well (`limits.replicationLag`); max_standby_streaming_delay is 30 s too. */
  warnLag: durationSchema.default(30_000),
  /** Ten times that. */
  failLag: durationSchema.default(300_000),
  /** max_wal_size is 1 GB by default: more than this PostgreSQL does not keep of its own accord. */
  warnBytes: bytesSchema.default(1_000_000_000),
  failBytes: bytesSchema.default(10_000_000_000),
  /** Names that must be there; without it those that were seen within `remember`. */
  standbys: z.array(z.string().min(1)).max(100).optional(),
  remember: durationSchema.default(7 * 86_400_000),
})
type Limits = z.output<typeof options>

/** Do standbys and subscribers keep up, is one gone, and what do slots keep? On a standby: does it follow its primary? */
export const replicationCheck = defineCheck<PostgresOptions>()({
  kind: 'postgres-replication',
  summary: message('postgres.replication-summary', {
    en: () => 'replication keeps up',
    fr: () => 'la réplication suit',
  }),
  options,
  cadence: 'daily',
  criticality: 'critical',
  watch: { everyMs: 60_000, alertsBy: 'status' },
  messages: [...postgresTexts, ...replicationTexts],
  probe: (component, { remember }, ctx) => replicationSight(component, remember, ctx),
  judge: ({ receivers, slots, following, seenBefore }: ReplicationSight, limits) => {
    if (!receivers.ok) return blind(receivers)
    if (!slots.ok) return blind(slots)
    if (!following.ok) return blind(following)
    const [own] = following.rows
    const there = new Set(receivers.rows.map(({ name }) => name))
    const expected = limits.standbys ?? Object.keys(seenBefore)
    const missing = expected.filter((name) => !there.has(name)).toSorted()
    const saw = receivers.rows.length + slots.rows.length + following.rows.length + missing.length
    if (saw === 0)
      return { status: 'skipped', because: 'by-design', reason: noReplication({}), remedy: noReplicationRemedy({}) }
    const hidden = [
      ...receivers.rows.filter(({ state }) => state === null),
      ...following.rows.filter(({ isReceiving, status, hasSource }) =>
        isReceiving ? status === null : hasSource === null,
      ),
    ]
    const [blinded] = hidden
    const findings = [
      ...following.rows.flatMap((one) => ofStandby(one, limits)),
      // Under another name, perhaps, when names are hidden.
      ...(blinded === undefined ? missing : []).map((name) => ofMissing(name, seenBefore[name] ?? null)),
      ...receivers.rows.flatMap((one) => ofReceiver(one, limits)),
      ...slots.rows.flatMap((one) => ofSlot(one, limits)),
    ].toSorted((a, b) => Number(b.severity === 'high') - Number(a.severity === 'high'))
    const worst = {
      lagMs: Math.max(
        0,
        ...receivers.rows.map(({ lagMs }) => lagMs ?? 0),
        own?.isAtEnd === false ? (own.behindMs ?? 0) : 0,
      ),
      lagBytes: Math.max(0, ...receivers.rows.map(({ lagBytes }) => lagBytes ?? 0), own?.behindBytes ?? 0),
    }
    const measurements = {
      receivers: receivers.rows.length,
      missing_receivers: missing.length,
      lag_ms: worst.lagMs,
      lag_bytes: worst.lagBytes,
      slot_held_bytes: Math.max(0, ...slots.rows.map(({ heldBytes }) => heldBytes ?? 0)),
    }
    const [first] = findings
    if (first !== undefined) {
      const covers = blinded === undefined ? {} : { covers: findings.map(({ subject }) => subject) }
      return { status: statusOf(findings), saw, measurements, findings, reason: first.title, ...covers }
    }
    if (blinded !== undefined)
      return { status: 'error', reason: hiddenReplication({}), remedy: grantMonitor({ role: quoted(blinded.role) }) }
    const counts = { receivers: receivers.rows.length, slots: slots.rows.length }
    return { status: 'pass', saw, measurements, reason: replicating({ ...counts, ...worst }) }
  },
})

/** High, medium or nothing. */
function severityOf(
  { lagMs, bytes }: { readonly lagMs: number | null; readonly bytes: number | null },
  { warnLag, failLag, warnBytes, failBytes }: Limits,
): 'high' | 'medium' | undefined {
  const [late, much] = [lagMs ?? 0, bytes ?? 0]
  if (late >= failLag || much >= failBytes) return 'high'
  return late >= warnLag || much >= warnBytes ? 'medium' : undefined
}

function ofReceiver({ name, lagMs, lagBytes }: Receiver, limits: Limits): readonly FindingDraft[] {
  const severity = severityOf({ lagMs, bytes: lagBytes }, limits)
  if (severity === undefined) return []
  return [{ subject: `receiver:${name}`, severity, title: behind({ name, lagMs, lagBytes }), remedy: behindRemedy({}) }]
}

function ofMissing(name: string, sinceMs: number | null): FindingDraft {
  return { subject: `gone:${name}`, severity: 'high', title: gone({ name, sinceMs }), remedy: goneRemedy({}) }
}

/** One that nobody uses keeps WAL until the disk is full; where there is a limit, its receiver is lost instead. */
function ofSlot({ name, isActive, heldBytes, walStatus, limitBytes }: Slot, limits: Limits): readonly FindingDraft[] {
  const subject = `slot:${name}`
  const statement = `SELECT pg_drop_replication_slot('${name.replaceAll("'", "''")}');`
  const remedy = slotRemedy({ statement, isActive })
  if (walStatus === 'lost' || walStatus === 'unreserved')
    return [{ subject, severity: 'high', title: slotLost({ name, isLost: walStatus === 'lost' }), remedy }]
  if (heldBytes === null) return []
  const byBytes = severityOf({ lagMs: null, bytes: heldBytes }, limits)
  const severity = byBytes ?? (isActive ? undefined : 'medium')
  if (severity === undefined) return []
  return [{ subject, severity, title: slotHolds({ name, isActive, bytes: heldBytes, limit: limitBytes }), remedy }]
}

function ofStandby(own: Following, limits: Limits): readonly FindingDraft[] {
  const { isReceiving, status, hasSource, isPaused, isAtEnd, behindMs, behindBytes } = own
  // One that reads from an archive alone has no source, and is judged by its age; an idle primary makes all look old.
  if (isReceiving ? status !== null && status !== 'streaming' : hasSource === true)
    return [{ subject: 'standby', severity: 'high', title: cutOff({ behindMs }), remedy: cutOffRemedy({}) }]
  const pause: readonly FindingDraft[] = isPaused
    ? [{ subject: 'replay', severity: 'medium', title: paused({}), remedy: pausedRemedy({}) }]
    : []
  const lagMs = isReceiving && isAtEnd ? 0 : behindMs
  const severity = severityOf({ lagMs, bytes: behindBytes }, limits)
  if (severity === undefined) return pause
  const title = behind({ name: 'standby', lagMs, lagBytes: behindBytes })
  return [...pause, { subject: 'standby', severity, title, remedy: behindRemedy({}) }]
}
