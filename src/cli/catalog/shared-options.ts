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

/** How a person agrees to what would be done. */
export const consent = {
  'dry-run': {
    type: 'boolean',
    summary: say(
      'dry-run',
      'show what would be done, and its plan id',
      'montrer ce qui serait fait, et le numéro du plan',
    ),
  },
  yes: {
    type: 'boolean',
    short: 'y',
    summary: say(
      'yes',
      'consent to change and disrupt, never to destroy',
      'accepter modification et perturbation, jamais la destruction',
    ),
  },
  approve: {
    type: 'string',
    value: 'PLAN',
    summary: say(
      'approve',
      'do what this plan showed, and nothing else',
      'faire ce que ce plan a montré, et rien d’autre',
    ),
  },
  by,
} satisfies Record<string, OptionSpec>
