import type { CommandLine } from '../command.ts'
import { say } from './say.ts'

export const statusCommands: readonly CommandLine[] = [
  {
    words: ['status'],
    summary: say('status', 'where every system and step stands', 'où en est chaque système et chaque étape'),
    load: async () => (await import('../commands/status.ts')).statusCommand,
  },
]
