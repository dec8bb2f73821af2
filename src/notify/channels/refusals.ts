import { type AnyMessage, message } from '../../core/message.ts'

/** Why something could not be delivered. They are kept with the message, whatever channel it went to. */
export const httpRefused = message<{ status: number; answer: string }>('notify.http-refused', {
  en: (p) => `the other side answered ${p.status}${p.answer === '' ? '' : `: ${p.answer}`}`,
  fr: (p) => `le serveur distant a répondu ${p.status}${p.answer === '' ? '' : ` : ${p.answer}`}`,
})
export const redirected = message<{ status: number; to: string }>('notify.redirected', {
  en: (p) => `the other side sends us on (${p.status}) to ${p.to}; redirects are not followed: write the last address`,
  fr: (p) =>
    `le serveur distant nous renvoie (${p.status}) vers ${p.to} ; les redirections ne sont pas suivies : écrivez l'adresse finale`,
})
export const noAnswer = message<{ outcome: string; detail: string }>('notify.no-answer', {
  en: (p) => `no answer (${p.outcome}): ${p.detail}`,
  fr: (p) => `pas de réponse (${p.outcome}) : ${p.detail}`,
})
export const internalAddress = message<{ host: string; address: string }>('notify.internal-address', {
  en: (p) =>
    `${p.host} is at ${p.address}, an internal address; nothing was sent. If that is meant, write allowPrivate: true`,
  fr: (p) =>
    `${p.host} se trouve à ${p.address}, une adresse interne ; rien n'a été envoyé. Si c'est voulu, écrivez allowPrivate: true`,
})
export const notHttp = message('notify.not-http', {
  en: () => 'the address is no http:// or https:// URL',
  fr: () => "l'adresse n'est pas une URL http:// ou https://",
})
export const smtpRefused = message<{ host: string; answer: string }>('notify.smtp-refused', {
  en: (p) => `${p.host} refused the mail: ${p.answer}`,
  fr: (p) => `${p.host} a refusé le courriel : ${p.answer}`,
})
export const smtpLogin = message<{ host: string; answer: string }>('notify.smtp-login', {
  en: (p) => `${p.host} did not let us log in: ${p.answer}. Check user and password`,
  fr: (p) =>
    `${p.host} a refusé notre connexion : ${p.answer}. Vérifiez l'identifiant (user) et le mot de passe (password)`,
})
export const smtpRecipients = message<{ host: string; refused: string; answer: string }>('notify.smtp-recipients', {
  en: (p) => `${p.host} took the mail, but not for ${p.refused}: ${p.answer}`,
  fr: (p) => `${p.host} a pris le courriel, mais pas pour ${p.refused} : ${p.answer}`,
})
export const smtpUnreachable = message<{ host: string; detail: string }>('notify.smtp-unreachable', {
  en: (p) => `${p.host} could not be reached: ${p.detail}`,
  fr: (p) => `${p.host} est injoignable : ${p.detail}`,
})

export const refusalMessages: readonly AnyMessage[] = [
  httpRefused,
  redirected,
  noAnswer,
  internalAddress,
  notHttp,
  smtpRefused,
  smtpLogin,
  smtpRecipients,
  smtpUnreachable,
]
