import type { CommandLine } from '../command.ts'
import { say } from './say.ts'
import { consent } from './shared-options.ts'

export const orphansCommands: readonly CommandLine[] = [
  {
    words: ['orphans', 'restore'],
    positionals: 'NAME [FILE...]',
    minPositionals: 1,
    maxPositionals: 1000,
    options: {
      all: {
        type: 'boolean',
        summary: say('orphans-all', 'everything that is in quarantine', 'tout ce qui est en quarantaine'),
      },
      ...consent,
    },
    summary: say(
      'orphans-restore',
      'put files back that are in quarantine: these, or those that a row names again',
      "remettre en place des fichiers en quarantaine : ceux-ci, ou ceux qu'une ligne nomme de nouveau",
    ),
    load: async () => (await import('../commands/orphans/restore.ts')).orphansRestoreCommand,
  },
]
