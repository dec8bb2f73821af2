import type { CommandLine } from '../command.ts'
import { say } from './say.ts'

export const setUpCommands: readonly CommandLine[] = [
  {
    words: ['init'],
    maxPositionals: 1,
    positionals: '[DIR]',
    options: {
      force: {
        type: 'boolean',
        summary: say('force', 'write over a config that is there', 'remplacer une configuration existante'),
      },
    },
    summary: say(
      'init',
      'look around and write a vigie.config.ts that runs as it is',
      'regarder autour et écrire un vigie.config.ts utilisable tel quel',
    ),
    load: async () => (await import('../commands/init.ts')).initCommand,
  },
  {
    words: ['doctor'],
    summary: say('doctor', 'is everything there that Vigie needs?', 'tout ce dont Vigie a besoin est-il là ?'),
    load: async () => (await import('../commands/doctor.ts')).doctorCommand,
  },
]
