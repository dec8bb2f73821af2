import * as z from 'zod'
import { BackupError } from '../../../core/backup.ts'
import { defineCheck } from '../../../core/check.ts'
import { message, type Text } from '../../../core/message.ts'
import { diffOf, type FileDiff } from '../config-diff.ts'
import { type ConfigFacts, digestKey, factsOf, factsSchema } from '../config-facts.ts'
import { readSet } from '../config-files.ts'
import { toldDiff } from '../diff-texts.ts'
import type { ConfigSetOptions } from '../options.ts'
import { backedUpSnapshot } from '../set-backup.ts'
import { setTexts } from '../set-texts.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** A monthly look finds that of the month before; snapshots are kept 40 days. */
const sinceMs = 40 * dayMs
const lookSnapshot = 'config-set-looked-at'
/** Findings of one look; the others are counted in its reason. */
const findingsAtMost = 50

type Since = { readonly what: 'backup' | 'look'; readonly ageMs: number }

const changed = message<Since & { count: number; diffs: readonly FileDiff[] }>('config-set.changed', {
  en: (p, f) =>
    `${f.plural(p.count, { one: '1 config', other: `${f.number(p.count)} configs` })} changed since the last ${p.what === 'backup' ? 'backup' : 'look'}, ${f.duration(p.ageMs)} ago: ${p.diffs.map((diff) => toldDiff(diff, f)).join('; ')}`,
  fr: (p, f) =>
    `${f.plural(p.count, { one: '1 configuration modifiée', other: `${f.number(p.count)} configurations modifiées` })} depuis ${p.what === 'backup' ? 'la dernière sauvegarde' : 'le dernier examen'}, il y a ${f.duration(p.ageMs)} : ${p.diffs.map((diff) => toldDiff(diff, f)).join(' ; ')}`,
})
const title = message<{ diff: FileDiff }>('config-set.changed-file', {
  en: (p, f) => `config changed: ${toldDiff(p.diff, f)}`,
  fr: (p, f) => `configuration modifiée : ${toldDiff(p.diff, f)}`,
})
const remedy = message('config-set.changed-remedy', {
  en: () => 'Find out who changed it and why; a backup of the set keeps what is there now: vigie backups create',
  fr: () =>
    "Cherchez qui l'a modifiée et pourquoi ; une sauvegarde de l'ensemble garde ce qui y est maintenant : vigie backups create",
})
const unchanged = message<Since & { count: number }>('config-set.unchanged', {
  en: (p, f) =>
    `${f.plural(p.count, { one: '1 config', other: `${f.number(p.count)} configs` })}, as at the last ${p.what === 'backup' ? 'backup' : 'look'}, ${f.duration(p.ageMs)} ago`,
  fr: (p, f) =>
    `${f.plural(p.count, { one: '1 configuration', other: `${f.number(p.count)} configurations` })}, comme ${p.what === 'backup' ? 'à la dernière sauvegarde' : 'au dernier examen'}, il y a ${f.duration(p.ageMs)}`,
})
const first = message<{ count: number }>('config-set.first-look', {
  en: (p, f) =>
    `${f.plural(p.count, { one: '1 config', other: `${f.number(p.count)} configs` })}, seen for the first time`,
  fr: (p, f) =>
    `${f.plural(p.count, { one: '1 configuration vue', other: `${f.number(p.count)} configurations vues` })} pour la première fois`,
})
const otherKey = message('config-set.other-key', {
  en: () => 'could not tell: what was seen before was digested with another key, of another installation of Vigie',
  fr: () => "indéterminé : ce qui a été vu auparavant l'a été avec une autre clé, d'une autre installation de Vigie",
})

export type ChangedSample =
  | { readonly ok: false; readonly reason: Text; readonly remedy: Text | undefined }
  | {
      readonly ok: true
      readonly now: ConfigFacts
      readonly base: (Since & { readonly was: ConfigFacts }) | undefined
    }

/** What changed in the configs since they were last backed up, or last looked at a day before: names, never values. */
export const changedCheck = defineCheck<ConfigSetOptions>()({
  kind: 'config-set-changed',
  summary: message('config-set.changed-summary', {
    en: () => 'what changed in the configs since the last backup',
    fr: () => 'ce qui a changé dans les configurations depuis la dernière sauvegarde',
  }),
  options: z.strictObject({}),
  cadence: 'monthly',
  criticality: 'informative',
  messages: [...setTexts, changed, title, remedy, unchanged, first, otherKey],
  probe: async ({ options }, _, ctx): Promise<ChangedSample> => {
    let now: ConfigFacts
    try {
      now = await factsOf(await readSet(options, ctx), await ctx.ownKey(digestKey))
    } catch (error) {
      if (!(error instanceof BackupError)) throw error
      return { ok: false, reason: error.text, remedy: error.hint }
    }
    const at = ctx.clock.now()
    const last = async (what: Since['what'], name: string, leastMs: number) => {
      const times = await ctx.snapshots.times(name, sinceMs)
      // A clock that was set back leaves looks of a time to come.
      const time = times.findLast((one) => at.getTime() - one.getTime() >= leastMs)
      const was = time && factsSchema.safeParse(await ctx.snapshots.read(name, time))
      return time && was?.success ? { what, ageMs: at.getTime() - time.getTime(), was: was.data } : undefined
    }
    const base = (await last('backup', backedUpSnapshot, 0)) ?? (await last('look', lookSnapshot, 23 * hourMs))
    await ctx.snapshots.keep(lookSnapshot, now)
    return { ok: true, now, base }
  },
  judge: (sample) => {
    if (!sample.ok) {
      const { reason, remedy: hint } = sample
      return { status: 'error', reason, ...(hint && { remedy: hint }) }
    }
    const { now, base } = sample
    const saw = now.files.length
    const measurements = { configs: saw, size_bytes: now.counts.bytes }
    if (base === undefined) return { status: 'pass', saw, measurements, reason: first({ count: saw }) }
    const { what, ageMs } = base
    const diffs = diffOf(base.was, now)
    if (diffs === undefined) return { status: 'error', reason: otherKey({}) }
    if (diffs.length === 0) return { status: 'pass', saw, measurements, reason: unchanged({ count: saw, what, ageMs }) }
    return {
      ...{ status: 'warn', saw, measurements, remedy: remedy({}) },
      reason: changed({ count: diffs.length, what, ageMs, diffs: diffs.slice(0, 5) }),
      findings: diffs
        .slice(0, findingsAtMost)
        .map((diff) => ({ subject: diff.path, severity: 'low', title: title({ diff }), remedy: remedy({}) })),
    }
  },
})
