import type { CommandLine } from '../command.ts'
import { say } from './say.ts'

export const demoCommands: readonly CommandLine[] = [
  {
    words: ['demo'],
    options: {
      healthy: { type: 'boolean', summary: say('healthy', 'without the planted faults', 'sans les défauts plantés') },
      keep: {
        type: 'boolean',
        summary: say('keep', 'leave it up until Ctrl-C', 'le laisser en marche jusqu’à Ctrl-C'),
      },
    },
    summary: say(
      'demo',
      'see Vigie find what is wrong in a small real system',
      'voir Vigie trouver ce qui ne va pas dans un petit système réel',
    ),
    load: async () => (await import('../commands/demo.ts')).demoCommand,
  },
]
