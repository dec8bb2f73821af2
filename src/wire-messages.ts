import { message } from './core/message.ts'

export const dataNeeded = message('wire.data-needed', {
  en: () => 'Several configs share one state: say where it is kept with --data DIR.',
  fr: () => 'Plusieurs configurations partagent un même état : indiquez où le garder avec --data DOSSIER.',
})
export const oneSystem = message('wire.one-system', {
  en: () => 'This command acts on one system: name its config with a single --config.',
  fr: () => 'Cette commande agit sur un seul système : indiquez sa configuration par un seul --config.',
})
export const wireMessages = [dataNeeded, oneSystem]
