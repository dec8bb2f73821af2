import * as z from 'zod'
import { VigieError } from '../../../core/errors.ts'
import { message } from '../../../core/message.ts'
import { defineTask } from '../../../core/task.ts'
import * as texts from '../texts.ts'
import { type CodeOptions, type Tools, textsOf, workplaceOf } from '../tools.ts'

/** Makes a new migration, on demand alone: `vigie db migrations create NAME`. */
export function createCreateTask(tools: Tools) {
  return defineTask<CodeOptions>()({
    kind: 'migrate-create',
    summary: message('migrations.create-summary', {
      en: () => 'make a new migration',
      fr: () => 'créer une nouvelle migration',
    }),
    options: z.strictObject({
      /** What it is for, in a few words; '' makes none. It becomes a part of a file name. */
      name: z
        .string()
        .regex(/^(?:[A-Za-z0-9][A-Za-z0-9 _-]{0,99})?$/, texts.notAMigrationName.code)
        .default(''),
      /** From what the code and the database differ in, where the tool can tell. */
      auto: z.boolean().default(false),
    }),
    effect: 'change',
    appliesTo: ({ migrations }) => migrations !== undefined,
    messages: textsOf(tools),
    plan: async (component, { name, auto }, ctx) => {
      if (name === '') return []
      const { kind, tool, site } = await workplaceOf(component, tools, ctx)
      if (auto && !tool.canAuto)
        throw new VigieError('action-refused', texts.noAuto({ tool: kind.kind }), {
          hint: tool.autoHint ?? texts.noAutoHint({}),
        })
      return [
        {
          summary: texts.createAction({ name, tool: kind.kind, isAuto: auto }),
          effect: 'change',
          target: site.dir,
          expected: { name, auto },
        },
      ]
    },
    execute: async (_, component, { name, auto }, ctx) => {
      const { tool, site } = await workplaceOf(component, tools, ctx)
      const files = await tool.create(site, { name, isAuto: auto }, ctx)
      if (files.length === 0) return { status: 'skipped', reason: texts.nothingCreated({}) }
      return { status: 'done', changed: true, note: texts.created({ files }) }
    },
  })
}
