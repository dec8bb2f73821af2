import * as z from 'zod'
import { BackupError } from '../../core/backup.ts'
import { message } from '../../core/message.ts'
import { defineTask } from '../../core/task.ts'
import { chosenBackup } from '../chosen-backup.ts'
import type { EntryOptions, OpenRepository } from '../options.ts'
import { drillTexts, runDrill } from '../run-drill.ts'

const sixHoursMs = 6 * 3_600_000

const rehearse = message<{ id: string; bytes: number }>('backups.drill-rehearse', {
  en: (p, f) => `restore ${p.id} (${f.bytes(p.bytes)}) into a place that is thrown away, and ask it questions`,
  fr: (p, f) => `restaurer ${p.id} (${f.bytes(p.bytes)}) dans un lieu jetable, et l'interroger`,
})
const passed = message<{ rtoMs: number; rpoMs: number | null; count: number }>('backups.drill-passed', {
  en: (p, f) =>
    `proved: back in ${f.duration(p.rtoMs)}, ${p.rpoMs === null ? 'of unknown age (a clock was wrong)' : `${f.duration(p.rpoMs)} old`}, ${f.plural(p.count, { one: '1 assertion holds', other: `${f.number(p.count)} assertions hold` })}`,
  fr: (p, f) =>
    `prouvée : revenue en ${f.duration(p.rtoMs)}, ${p.rpoMs === null ? "d'âge inconnu (une horloge était fausse)" : `âgée de ${f.duration(p.rpoMs)}`}, ${f.plural(p.count, { one: '1 assertion vraie', other: `${f.number(p.count)} assertions vraies` })}`,
})

/** A rehearsed restore: what comes back is compared, asked and thrown away, and the backup counts as proved from then on. */
export const createDrillTask = (open: OpenRepository) =>
  defineTask<EntryOptions>()({
    kind: 'backups-drill',
    summary: message('backups.drill-summary', {
      en: () => 'rehearse a restore and prove the backup by it',
      fr: () => 'répéter une restauration et prouver ainsi la sauvegarde',
    }),
    options: z.strictObject({
      /** Its id, or `latest`. */
      backup: z.string().min(1).default('latest'),
    }),
    effect: 'disrupt',
    isIdempotent: true,
    cadence: 'weekly',
    criticality: 'critical',
    timeoutMs: sixHoursMs,
    messages: [rehearse, passed, ...drillTexts],
    plan: async ({ name, options }, { backup }, ctx) => {
      const record = await chosenBackup(name, backup, ctx, options.what)
      const bytes = record.parts.reduce((sum, part) => sum + part.bytes, 0)
      // It reads the repository alone; what is restored is nobody's.
      const action = { summary: rehearse({ id: record.id, bytes }), effect: 'observe' as const, target: record.id }
      return [{ ...action, expected: { backup: record.id } }]
    },
    execute: async ({ target }, entry, _, ctx) => {
      const record = await chosenBackup(entry.name, target, ctx, [])
      const repository = await open(entry.options.to, ctx)
      const { rtoMs, rpoMs, assertions, failure } = await runDrill(entry, record, repository, ctx)
      if (failure !== undefined) throw new BackupError(failure.code, failure.text)
      const note = passed({ rtoMs: rtoMs ?? 0, rpoMs, count: assertions.length })
      return { status: 'done', changed: true, note, bytes: 0 }
    },
  })
