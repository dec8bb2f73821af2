import type { CommandLine } from '../command.ts'
import { say } from './say.ts'
import { limit } from './shared-options.ts'

export const auditCommands: readonly CommandLine[] = [
  {
    words: ['audit', 'list'],
    options: {
      limit,
    },
    summary: say('audit-list', 'who did what, the newest entries', 'qui a fait quoi, les dernières entrées'),
    load: async () => (await import('../commands/audit/list.ts')).auditListCommand,
  },
  {
    words: ['audit', 'verify'],
    summary: say('audit-verify', 'was the record altered or cut?', "l'historique a-t-il été modifié ou coupé ?"),
    load: async () => (await import('../commands/audit/verify.ts')).auditVerifyCommand,
  },
]
