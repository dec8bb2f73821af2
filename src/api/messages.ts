import { message } from '../core/message.ts'
import { acknowledgeMessages } from './acknowledge-messages.ts'
import { figureTitles } from './figure-titles.ts'
import { overviewMessages } from './overview-messages.ts'

export const notFound = message('api.not-found', {
  en: () => 'There is nothing at this address.',
  fr: () => "Il n'y a rien à cette adresse.",
})
export const wrongMethod = message<{ method: string }>('api.wrong-method', {
  en: (p) => `${p.method} is not possible here.`,
  fr: (p) => `${p.method} n'est pas possible ici.`,
})
export const wrongMethodHint = message<{ allowed: string }>('api.wrong-method-hint', {
  en: (p) => `Possible: ${p.allowed}`,
  fr: (p) => `Possible : ${p.allowed}`,
})
export const badRequest = message<{ detail: string }>('api.bad-request', {
  en: (p) => `The request could not be read: ${p.detail}.`,
  fr: (p) => `La requête est illisible : ${p.detail}.`,
})
export const tooLarge = message<{ limitBytes: number }>('api.too-large', {
  en: (p, f) => `The request is larger than ${f.bytes(p.limitBytes)}, which is all that is taken.`,
  fr: (p, f) => `La requête dépasse ${f.bytes(p.limitBytes)}, le maximum accepté.`,
})
export const requestTimeout = message('api.request-timeout', {
  en: () => 'The request did not arrive in time.',
  fr: () => "La requête n'est pas arrivée à temps.",
})
export const noAnswer = message<{ limitMs: number }>('api.no-answer', {
  en: (p, f) => `There was no answer within ${f.duration(p.limitMs)}. It may have been done all the same.`,
  fr: (p, f) => `Pas de réponse en ${f.duration(p.limitMs)}. L'action a pu être faite malgré tout.`,
})
export const tryLater = message('api.try-later', {
  en: () => 'Try again in a minute; GET /-/ready tells when all is well',
  fr: () => 'Réessayez dans une minute ; GET /-/ready dit quand tout va bien',
})
export const unexpectedError = message('api.unexpected', {
  en: () => 'Something went wrong inside Vigie. Its own log tells what.',
  fr: () => 'Une erreur interne de Vigie est survenue. Son propre journal dit laquelle.',
})
export const encodingRefused = message<{ encoding: string }>('api.encoding-refused', {
  en: (p) => `A body in the encoding ${p.encoding} is not taken: send it as it is.`,
  fr: (p) => `Un corps en encodage ${p.encoding} n'est pas accepté : envoyez-le tel quel.`,
})
export const tokenNeeded = message('api.token-needed', {
  en: () => 'This address needs a token, and the one that was sent is not it.',
  fr: () => "Cette adresse exige un jeton, et celui qui a été envoyé n'est pas le bon.",
})
export const tokenHint = message('api.token-hint', {
  en: () => 'Send it as "Authorization: Bearer TOKEN" (in Alertmanager: http_config.authorization.credentials_file)',
  fr: () =>
    'Envoyez-le par « Authorization: Bearer JETON » (dans Alertmanager : http_config.authorization.credentials_file)',
})
export const noTokenSet = message('api.no-token-set', {
  en: () => 'Alerts of an Alertmanager are not taken: no token is set for them in the config.',
  fr: () => "Les alertes d'un Alertmanager ne sont pas acceptées : aucun jeton n'est défini dans la configuration.",
})
export const unknownPingKey = message('api.unknown-ping-key', {
  en: () => 'No heartbeat has this ping key.',
  fr: () => "Aucun battement n'a cette clé.",
})
export const pingKeyHint = message('api.ping-key-hint', {
  en: () => 'The right addresses: vigie heartbeats list --show-keys',
  fr: () => 'Les bonnes adresses : vigie heartbeats list --show-keys',
})
export const tooManyPings = message<{ retryAfterMs: number }>('api.too-many-pings', {
  en: (p, f) => `This heartbeat pings too often; the next one is taken in ${f.duration(p.retryAfterMs)}.`,
  fr: (p, f) => `Ce battement est trop fréquent ; le prochain est accepté dans ${f.duration(p.retryAfterMs)}.`,
})
export const badExitCode = message<{ given: string }>('api.bad-exit-code', {
  en: (p) => `${p.given} is no exit code: write 0 to 255.`,
  fr: (p) => `${p.given} n'est pas un code de sortie : écrivez 0 à 255.`,
})
export const badRunId = message('api.bad-run-id', {
  en: () => 'rid is not a run id: write a UUID.',
  fr: () => "rid n'est pas un numéro d'exécution : écrivez un UUID.",
})
export const badWebhook = message<{ where: string; detail: string }>('api.bad-webhook', {
  en: (p) => `This is no webhook of Alertmanager, version 4: ${p.where}${p.where === '' ? '' : ': '}${p.detail}`,
  fr: (p) => `Ce n'est pas un webhook d'Alertmanager, version 4 : ${p.where}${p.where === '' ? '' : ' : '}${p.detail}`,
})
export const badWebhookHint = message('api.bad-webhook-hint', {
  en: () => 'Let a webhook_configs receiver of Alertmanager send it',
  fr: () => "Faites-le envoyer par un récepteur webhook_configs d'Alertmanager",
})
export const apiMessages = [
  ...acknowledgeMessages,
  ...overviewMessages,
  ...figureTitles,
  ...[notFound, wrongMethod, wrongMethodHint, badRequest, tooLarge, requestTimeout, noAnswer, tryLater],
  ...[unexpectedError, encodingRefused, tokenNeeded, tokenHint, noTokenSet],
  ...[unknownPingKey, pingKeyHint, tooManyPings, badExitCode, badRunId, badWebhook, badWebhookHint],
]
