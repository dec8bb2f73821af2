import type { OptionSpec } from '../command.ts'
import { say } from './say.ts'

export const by: OptionSpec = {
  type: 'string',
  value: 'NAME',
  summary: say('by', 'who does it (default: your login)', 'qui agit (par défaut : votre identifiant)'),
}
export const severity: OptionSpec = {
  type: 'string',
  value: 'LEVEL',
  summary: say('severity', 'low, medium, high or critical', 'low, medium, high ou critical'),
}

export const limit: OptionSpec = {
  type: 'string',
  value: 'N',
  summary: say('limit', 'how many (default 50)', 'combien (par défaut 50)'),
}
