import type { OptionSpec } from '../command.ts'
import { say } from './say.ts'

/** Options that every command takes. */
export const globalOptions: Readonly<Record<string, OptionSpec>> = {
  config: {
    type: 'string',
    short: 'c',
    multiple: true,
    value: 'FILE',
    summary: say(
      'config',
      'the config file, or its folder; may be repeated',
      'le fichier de configuration, ou son dossier ; peut être répété',
    ),
  },
  data: {
    type: 'string',
    value: 'DIR',
    summary: say(
      'data',
      'where the state is kept (default: .vigie beside the config)',
      "où l'état est gardé (par défaut : .vigie à côté de la configuration)",
    ),
  },
  json: {
    type: 'boolean',
    summary: say('json', 'data for programs on standard output', 'données pour programmes sur la sortie standard'),
  },
  quiet: {
    type: 'boolean',
    short: 'q',
    summary: say('quiet', 'only the exit code and errors', 'seulement le code de sortie et les erreurs'),
  },
  'no-color': {
    type: 'boolean',
    summary: say('no-color', 'words instead of signs and colours', 'des mots au lieu de signes et de couleurs'),
  },
  locale: { type: 'string', value: 'fr|en', summary: say('locale', 'the language of texts', 'la langue des textes') },
  help: { type: 'boolean', short: 'h', summary: say('help', 'this help', 'cette aide') },
  version: { type: 'boolean', short: 'v', summary: say('version', 'the version', 'la version') },
}
