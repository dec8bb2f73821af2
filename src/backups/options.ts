import * as z from 'zod'
import { scheduleSchema } from '../config/schedule.ts'
import type { StepContext } from '../core/context.ts'
import { durationSchema } from '../core/duration.ts'
import { noTime } from '../core/refusals.ts'
import type { Repository } from '../core/repository.ts'
import { secretSchema } from '../core/secret.ts'
import { appSchema } from './boot/boot-application.ts'
import { keepSchema } from './keep/keep-schema.ts'
import { recipientSchema } from './packing/age-keys.ts'

const dayMs = 86_400_000

const questionSchema = z.strictObject({
  /** What it asks, for people. */
  name: z.string().min(1).max(200),
  /** The component that is asked; the only one that can be, when it is not said. */
  component: z.string().min(1).optional(),
  query: z.string().min(1).max(20_000),
  /** What the first column of the only row must be, as text; `none`: no row may come. */
  expect: z.string(),
})

const drillSchema = z.strictObject({
  /** What is started against the restored copies, cut off from every network, and asked whether it is well. */
  app: appSchema.optional(),
  /** What must hold in the restored copy, beside the counts of the manifest. */
  questions: z.array(questionSchema).max(100).default([]),
  /** How long a restore may take, from its begin to the last answer. */
  rto: durationSchema.optional(),
  /** How much work may be lost: the age of the newest backup. */
  rpo: durationSchema.optional(),
  /** A drill that is older is a finding. Weekly, as the guides verify their backups, and a day of grace. */
  maxAge: durationSchema.default(8 * dayMs),
})

/** What an entry of `backups` says, its repository left out. */
export const entryOptions = {
  /** When it is made; without it, on demand and by routines that name it. */
  at: scheduleSchema.optional(),
  /** Components, by name. */
  what: z.array(z.string().min(1)).min(1),
  encrypt: z
    .strictObject({
      /** Public keys of age: `age1…`. Who has the private one can read. */
      recipients: z.array(recipientSchema).min(1).max(20),
      /** The private key, where this machine shall be able to verify and restore. */
      identity: secretSchema.optional(),
    })
    .optional(),
  /** From one full backup to the next; between them differences to it are stored. Once a week, as the guides verify. */
  full: durationSchema.default(7 * dayMs),
  /** Of zstd: 3 is its own default, more takes longer and stores less. */
  level: z.number().int().min(1).max(19).default(3),
  /** How long backups are kept: a month, as the guides keep them. */
  keep: keepSchema,
  /** The last good one may be so old. By default the time from one `at` to the next and two hours for the work; 26 h without. */
  maxAge: durationSchema.refine((ms) => ms > 0, noTime.code).optional(),
  drill: drillSchema.prefault({}),
}

export const entrySchema = z.strictObject(entryOptions)

/** A question that nobody is asked proves nothing, and would look as if it did. */
export function everyQuestionIsAsked({ what, drill }: Pick<z.output<typeof entrySchema>, 'what' | 'drill'>): boolean {
  return drill.questions.every(({ component }) =>
    component === undefined ? what.length === 1 : what.includes(component),
  )
}
export type EntryOptions = z.output<typeof entrySchema> & { readonly to: { readonly kind: string } }

/** Opens the repository of an entry, once for all steps of a run. Throws `BackupError` with `unreachable`. */
export type OpenRepository = (to: EntryOptions['to'], ctx: StepContext) => Promise<Repository>
