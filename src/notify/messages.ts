import { type AnyMessage, message, type Params } from '../core/message.ts'

type Reason = Params & { readonly channel: string }

export const timedOut = message<{ ms: number }>('notify.timed-out', {
  en: (p, f) => `nothing came back within ${f.duration(p.ms)}; it is not known whether it arrived`,
  fr: (p, f) => `rien n'est revenu en ${f.duration(p.ms)} ; on ne sait pas si le message est arrivé`,
})
export const broke = message<{ detail: string }>('notify.broke', {
  en: (p) => `it broke on the way: ${p.detail}`,
  fr: (p) => `l'envoi a échoué en chemin : ${p.detail}`,
})
export const secretMissing = message<{ name: string }>('notify.secret-missing', {
  en: (p) => `the secret ${p.name} is not set`,
  fr: (p) => `le secret ${p.name} n'est pas défini`,
})
export const channelGone = message<Reason>('notify.channel-gone', {
  en: (p) => `the config knows no channel "${p.channel}" any more`,
  fr: (p) => `la configuration ne connaît plus de canal « ${p.channel} »`,
})
export const channelFailed = message<Reason & { reason: string }>('notify.channel-failed', {
  en: (p) => `The channel "${p.channel}" does not deliver: ${p.reason}`,
  fr: (p) => `Le canal « ${p.channel} » ne transmet plus rien : ${p.reason}`,
})
export const channelFailedRemedy = message<Reason>('notify.channel-failed-remedy', {
  en: (p) => `Put its options right in the config, then try it: vigie channels test ${p.channel}`,
  fr: (p) => `Corrigez ses options dans la configuration, puis essayez-le : vigie channels test ${p.channel}`,
})
export const canary = message<Reason>('notify.canary', {
  en: (p) => `All is well on the channel "${p.channel}": this is the regular trial of the alarm. Nothing to do.`,
  fr: (p) => `Tout va bien sur le canal « ${p.channel} » : ceci est l'essai régulier de l'alarme. Rien à faire.`,
})
export const test = message<Reason & { by: string }>('notify.test', {
  en: (p) => `A test of the channel "${p.channel}", asked for by ${p.by}. Nothing to do.`,
  fr: (p) => `Essai du canal « ${p.channel} » demandé par ${p.by}. Rien à faire.`,
})

export const notifyMessages: readonly AnyMessage[] = [
  timedOut,
  broke,
  secretMissing,
  channelGone,
  channelFailed,
  channelFailedRemedy,
  canary,
  test,
]
