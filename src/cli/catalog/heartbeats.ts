import type { CommandLine } from '../command.ts'
import { say } from './say.ts'

export const heartbeatsCommands: readonly CommandLine[] = [
  {
    words: ['heartbeats', 'list'],
    options: {
      'show-keys': {
        type: 'boolean',
        summary: say('show-keys', 'ping addresses with their keys', 'les adresses avec leurs clés'),
      },
    },
    summary: say(
      'heartbeats-list',
      'jobs that run elsewhere: how each stands, and where it pings',
      'les travaux exécutés ailleurs : où en est chacun, et son adresse',
    ),
    load: async () => (await import('../commands/heartbeats/list.ts')).heartbeatsListCommand,
  },
  {
    words: ['wrap'],
    positionals: '[--heartbeat NAME|--url URL] -- COMMAND...',
    maxPositionals: 100_000,
    options: {
      heartbeat: {
        type: 'string',
        value: 'NAME',
        summary: say(
          'wrap-heartbeat',
          'the heartbeat of the config to ping',
          'le nom du battement dans la configuration',
        ),
      },
      url: {
        type: 'string',
        value: 'URL',
        summary: say('wrap-url', 'the ping address (or VIGIE_PING_URL)', "l'adresse à contacter (ou VIGIE_PING_URL)"),
      },
    },
    summary: say(
      'wrap',
      'run a command and tell a heartbeat how it went; its exit code is passed on',
      'exécuter une commande et signaler à un battement comment elle a fini ; son code de sortie est transmis',
    ),
    load: async () => (await import('../commands/wrap.ts')).wrapCommand,
  },
]
