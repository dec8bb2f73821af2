import type { CommandLine } from '../command.ts'
import { say } from './say.ts'

export const watchCommands: readonly CommandLine[] = [
  {
    words: ['up'],
    options: {
      port: {
        type: 'string',
        value: 'PORT',
        summary: say('up-port', 'the port it answers on (default: 8470)', 'le port où elle répond (par défaut : 8470)'),
      },
      host: {
        type: 'string',
        value: 'ADDRESS',
        summary: say(
          'up-host',
          'the address it listens on (default: 127.0.0.1)',
          "l'adresse d'écoute (par défaut : 127.0.0.1)",
        ),
      },
    },
    summary: say('up', 'watch, day and night, until it is stopped', "veiller, jour et nuit, jusqu'à l'arrêt"),
    load: async () => (await import('../commands/up.ts')).upCommand,
  },
]
