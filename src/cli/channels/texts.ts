import { VigieError } from '../../core/errors.ts'
import { message } from '../../core/message.ts'

/** Texts that the commands of channels share. */
export const noChannels = message('cli.no-channels', {
  en: () =>
    'No channel is configured: an alert would reach nobody. Write: channels: { team: { kind: "email", host: …, from: …, to: … } }',
  fr: () =>
    'Aucun canal n\'est configuré : une alerte n\'atteindrait personne. Écrivez : channels: { equipe: { kind: "email", host: …, from: …, to: … } }',
})
export const unknownChannel = message<{ name: string }>('cli.unknown-channel', {
  en: (p) => `There is no channel "${p.name}".`,
  fr: (p) => `Aucun canal ne s'appelle « ${p.name} ».`,
})
export const channelTexts = [noChannels, unknownChannel]

/** Nothing was tried, so that nothing is well. */
export function withoutChannels(): VigieError {
  return new VigieError('usage', noChannels({}))
}
