import * as z from 'zod'
import { message } from '../../core/message.ts'
import { commandSiteOptions, defineMigrationTool } from '../../core/migrations.ts'
import { secretSchema } from '../../core/secret.ts'
import { prismaTexts } from './texts.ts'

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

export const prismaMigrations = defineMigrationTool({
  kind: 'prisma',
  summary: message('prisma.summary', { en: () => 'Prisma', fr: () => 'Prisma' }),
  options: prismaOptions,
  messages: prismaTexts,
  load: async () => (await import('./tool.ts')).prismaTool,
})
