import type { CommandLine } from '../command.ts'
import { say } from './say.ts'

export const configCommands: readonly CommandLine[] = [
  {
    words: ['config', 'explain'],
    positionals: '[PATH]',
    maxPositionals: 1,
    summary: say('config-explain', 'every value and where it came from', 'chaque valeur et sa provenance'),
    load: async () => (await import('../commands/config/explain.ts')).configExplainCommand,
  },
  {
    words: ['config', 'schema'],
    summary: say(
      'config-schema',
      'the JSON schema of a config, for editors',
      "le schéma JSON d'une configuration, pour les éditeurs",
    ),
    load: async () => (await import('../commands/config/schema.ts')).configSchemaCommand,
  },
]
