import { message } from '../../core/message.ts'
import { defineMigrationTool } from '../../core/migrations.ts'
import { prismaOptions } from './options.ts'
import { prismaTexts } from './texts.ts'

export const prismaMigrations = defineMigrationTool({
  kind: 'prisma',
  summary: message('prisma.summary', { en: () => 'Prisma', fr: () => 'Prisma' }),
  options: prismaOptions,
  messages: prismaTexts,
  load: async () => (await import('./tool.ts')).prismaTool,
})
