import * as z from 'zod'
import { commandSiteOptions } from '../../core/migrations.ts'

export const djangoOptions = z.strictObject({
  kind: z.literal('django'),
  ...commandSiteOptions,
  /** The interpreter that has Django and the application, such as `.venv/bin/python`. */
  python: z.string().min(1).default('python3'),
  /** The script that knows the settings of the project. */
  manage: z.string().min(1).default('manage.py'),
  /** The application that an empty migration is made for. */
  app: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/)
    .optional(),
})
export type DjangoOptions = z.output<typeof djangoOptions>
