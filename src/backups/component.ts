import * as z from 'zod'
import { defineComponent } from '../core/component.ts'
import { message } from '../core/message.ts'
import type { AnyRepositoryKind } from '../core/repository.ts'
import { bootTexts } from './boot/boot-application.ts'
import { freshCheck } from './checks/fresh.ts'
import { provedCheck } from './checks/proved.ts'
import { sizeCheck } from './checks/size.ts'
import { createVerifyCheck } from './checks/verify.ts'
import { failureTexts } from './failure.ts'
import { keepSchemaTexts } from './keep/keep-schema.ts'
import { openIn } from './open-repository.ts'
import { type EntryOptions, entryOptions, everyQuestionIsAsked } from './options.ts'
import { packingTexts } from './packing/packing-texts.ts'
import { createCreateTask } from './tasks/create.ts'
import { createDrillTask } from './tasks/drill.ts'
import { createPruneTask } from './tasks/prune.ts'
import { createRestoreTask } from './tasks/restore.ts'
import { backupTexts, unasked } from './texts.ts'

/** An entry of `backups` in the config, with these kinds of repositories; `to` is the schema of all their options. */
export function backupsComponent<To extends z.ZodType<{ readonly kind: string }>>(
  repositories: readonly AnyRepositoryKind[],
  to: To,
) {
  const open = openIn(repositories)
  return defineComponent({
    kind: 'backups',
    summary: message('backups.summary', {
      en: () => 'backups that are proved; written under `backups`',
      fr: () => 'des sauvegardes prouvées ; s’écrit sous `backups`',
    }),
    options: z.strictObject({ ...entryOptions, to }).refine((entry) => everyQuestionIsAsked(entry as EntryOptions), {
      path: ['drill', 'questions'],
      message: unasked.code,
    }),
    checks: [createVerifyCheck(open), freshCheck, sizeCheck, provedCheck],
    tasks: [createCreateTask(open), createDrillTask(open), createRestoreTask(open), createPruneTask(open)],
    abilities: (options) => ({
      protectedPaths: async ({ baseDir }) => {
        // The schema of the whole gives more than a generic one lets us see.
        const place = (options as EntryOptions).to
        const folder = repositories.find(({ kind }) => kind === place.kind)?.folder?.(place, baseDir)
        return folder === undefined ? [] : [folder]
      },
    }),
    uses: ({ what }) =>
      what.map((component, index) => ({ at: ['what', String(index)], component, ability: 'backup' as const })),
    routine: ({ at }) => (at === undefined ? undefined : { at, tasks: ['create', 'prune'] }),
    messages: [
      ...backupTexts,
      ...bootTexts,
      ...keepSchemaTexts,
      ...failureTexts,
      ...packingTexts,
      ...repositories.flatMap(({ messages }) => messages),
    ],
  })
}
