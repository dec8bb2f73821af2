import * as z from 'zod'
import { message } from '../../core/message.ts'
import { defineTask } from '../../core/task.ts'
import { createBackup } from '../create-backup.ts'
import { madeOutcome } from '../made-outcome.ts'
import type { EntryOptions, OpenRepository } from '../options.ts'
import { partsToCopy } from '../parts-to-copy.ts'
import { sizeTexts } from '../size-texts.ts'

const sixHoursMs = 6 * 3_600_000

const copy = message<{ what: readonly string[]; place: string; bytes: number }>('backups.create-copy', {
  en: (p, f) => `back up ${f.list(p.what)} to ${p.place}, about ${f.bytes(p.bytes)}`,
  fr: (p, f) => `sauvegarder ${f.list(p.what)} vers ${p.place}, environ ${f.bytes(p.bytes)}`,
})

/** Makes one backup of all components of the entry. */
export const createCreateTask = (open: OpenRepository) =>
  defineTask<EntryOptions>()({
    kind: 'backups-create',
    summary: message('backups.create-summary', { en: () => 'make a backup', fr: () => 'faire une sauvegarde' }),
    options: z.strictObject({
      /** Only these of the components. */
      only: z.array(z.string().min(1)).default([]),
    }),
    effect: 'disrupt',
    criticality: 'critical',
    timeoutMs: sixHoursMs,
    messages: [copy, ...sizeTexts],
    plan: async ({ options }, { only }, ctx) => {
      const names = options.what.filter((name) => only.length === 0 || only.includes(name))
      const repository = await open(options.to, ctx)
      const parts = await partsToCopy(names, options, ctx)
      const bytes = parts.reduce((sum, { part }) => sum + (part.bytes ?? 0), 0)
      // Whom the copy disturbs is part of what is agreed to.
      const disturbed = parts.flatMap(({ from, part, notes = [] }) =>
        part.effect === 'disrupt'
          ? notes.map((summary) => ({
              summary,
              effect: 'disrupt' as const,
              target: from.name,
              expected: { says: true },
            }))
          : [],
      )
      return [
        ...disturbed,
        {
          summary: copy({ what: names, place: repository.place, bytes }),
          effect: parts.some(({ part }) => part.effect === 'disrupt') ? 'disrupt' : 'observe',
          target: repository.place,
          expected: { components: names },
        },
      ]
    },
    execute: async ({ expected }, component, _, ctx) => {
      if (expected['says'] === true) return { status: 'done', changed: false }
      const { options } = component
      const names = options.what.filter((name) => z.array(z.string()).parse(expected['components']).includes(name))
      const repository = await open(options.to, ctx)
      const toCopy = await partsToCopy(names, options, ctx)
      return madeOutcome(await createBackup(component, { toCopy, run: ctx.runId }, repository, ctx), ctx)
    },
  })
