import * as z from 'zod'
import { commandSiteOptions } from '../../core/migrations.ts'
import { secretSchema } from '../../core/secret.ts'

export const prismaOptions = z.strictObject({
  kind: z.literal('prisma'),
  ...commandSiteOptions,
  /** The database, to see what was applied; a role that may read is enough. */
  url: secretSchema,
  /** What starts Prisma; it applies with what its schema says. */
  command: z.tuple([z.string().min(1)], z.string()).default(['npx', 'prisma']),
  folder: z.string().min(1).default('prisma/migrations'),
})
export type PrismaOptions = z.output<typeof prismaOptions>
