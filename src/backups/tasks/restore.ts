import * as z from 'zod'
import type { StoredComponent } from '../../core/backup.ts'
import type { BackupRecord } from '../../core/backup-record.ts'
import type { Component } from '../../core/check.ts'
import type { StepContext } from '../../core/context.ts'
import { VigieError } from '../../core/errors.ts'
import type { JsonObject } from '../../core/json.ts'
import { message } from '../../core/message.ts'
import { type Action, defineTask } from '../../core/task.ts'
import { chosenBackup } from '../chosen-backup.ts'
import { type Copied, copied } from '../copied.ts'
import { createBackup } from '../create-backup.ts'
import { madeOutcome } from '../made-outcome.ts'
import { openBackup } from '../open-backup.ts'
import type { EntryOptions, OpenRepository } from '../options.ts'
import { partsToCopy } from '../parts-to-copy.ts'
import { withScratch } from '../scratch.ts'

const sixHoursMs = 6 * 3_600_000

const safety = message<{ component: string; place: string }>('backups.restore-safety', {
  en: (p) => `first back up ${p.component} as it is now, to ${p.place}`,
  fr: (p) => `d'abord sauvegarder ${p.component} tel quel, vers ${p.place}`,
})
const whichComponent = message<{ names: readonly string[] }>('backups.restore-which', {
  en: (p, f) => `The backup holds ${f.list(p.names)}: say which one to restore with --component`,
  fr: (p, f) => `La sauvegarde contient ${f.list(p.names)} : dites lequel restaurer avec --component`,
})
const notInIt = message<{ component: string; id: string }>('backups.restore-not-in', {
  en: (p) => `Backup ${p.id} does not hold "${p.component}"`,
  fr: (p) => `La sauvegarde ${p.id} ne contient pas « ${p.component} »`,
})

const optionsSchema = z.strictObject({
  /** Its id, or `latest`. */
  backup: z.string().min(1).default('latest'),
  /** Which component; the only one that is in the backup, when it is not said. */
  component: z.string().min(1).optional(),
  /** In the place of the living one. */
  over: z.boolean().default(false),
  /** The name beside it: a database, a folder. */
  to: z.string().min(1).optional(),
  /** Only these tables or files. */
  only: z.array(z.string().min(1)).max(1000).default([]),
})

/** Brings back what a backup holds: beside the living one, or in its place after a backup of that. */
export const createRestoreTask = (open: OpenRepository) =>
  defineTask<EntryOptions>()({
    kind: 'backups-restore',
    summary: message('backups.restore-summary', { en: () => 'restore a backup', fr: () => 'restaurer une sauvegarde' }),
    options: optionsSchema,
    effect: 'destroy',
    isRemedy: true,
    criticality: 'critical',
    timeoutMs: sixHoursMs,
    messages: [safety, whichComponent, notInIt],
    plan: async (entry, wanted, ctx) => {
      const record = await chosenBackup(
        entry.name,
        wanted.backup,
        ctx,
        wanted.component === undefined ? entry.options.what : [wanted.component],
      )
      return withStored(open, entry, record, wanted.component, ctx, async ({ ability, ctx: own, name }, one, place) => {
        const { over, only, to } = wanted
        const planned = await ability.planRestore(own, one, { over, only, ...(to !== undefined && { to }) })
        const marked = planned.map((action) => ({ ...action, expected: markOf(record, name, action.expected) }))
        const isDestroying = planned.some(({ effect }) => effect === 'destroy')
        return isDestroying ? [safetyOf(record, name, place), ...marked] : marked
      })
    },
    execute: async (action, entry, _, ctx) => {
      const mark = markSchema.parse(action.expected)
      const record = await chosenBackup(entry.name, mark.backup, ctx, [])
      if (mark.own === undefined) {
        const toCopy = await partsToCopy([mark.component], entry.options, ctx)
        const repository = await open(entry.options.to, ctx)
        return madeOutcome(await createBackup(entry, { toCopy, run: ctx.runId }, repository, ctx), ctx)
      }
      const expected = mark.own
      return withStored(open, entry, record, mark.component, ctx, ({ ability, ctx: own }, one) =>
        ability.restore(own, one, { ...action, expected }),
      )
    },
  })

const markSchema = z.strictObject({
  backup: z.string(),
  component: z.string(),
  /** What the component's own action expects; without it the action is the backup of the living one. */
  own: z.custom<JsonObject>((value) => typeof value === 'object' && value !== null).optional(),
})

function markOf({ id }: BackupRecord, component: string, own: JsonObject): JsonObject {
  return { backup: id, component, own }
}

function safetyOf({ id }: BackupRecord, component: string, place: string): Action {
  const summary = safety({ component, place })
  return { summary, effect: 'observe', target: component, expected: { backup: id, component } }
}

async function withStored<T>(
  open: OpenRepository,
  { name: entry, system, options }: Component<EntryOptions>,
  record: BackupRecord,
  wanted: string | undefined,
  ctx: StepContext,
  work: (from: Copied, one: StoredComponent, place: string) => Promise<T>,
): Promise<T> {
  const repository = await open(options.to, ctx)
  const opened = await openBackup({ system, entry, options }, record, repository, ctx)
  return withScratch(ctx, async (scratch) => {
    const all = opened.components(scratch).filter(({ parts }) => parts.length > 0)
    const names = all.map(({ component }) => component)
    if (wanted === undefined && all.length !== 1) throw new VigieError('usage', whichComponent({ names }))
    const one = all.find(({ component }) => wanted === undefined || component === wanted)
    if (one === undefined) throw new VigieError('usage', notInIt({ component: wanted ?? '', id: record.id }))
    return work(copied(one.component, ctx), one, repository.place)
  })
}
