import { message } from '../core/message.ts'

export const keyMissing = message<{ name: string; source: string }>('heartbeat.key-missing', {
  en: (p) => `The ping key of the heartbeat ${p.name} is not there: ${p.source} is not set.`,
  fr: (p) => `La clé du battement ${p.name} est absente : ${p.source} n'est pas défini.`,
})
export const keyMissingHint = message<{ source: string }>('heartbeat.key-missing-hint', {
  en: (p) => `Make one with "openssl rand -hex 16" and set ${p.source} to it`,
  fr: (p) => `Créez-en une par « openssl rand -hex 16 » et donnez-la à ${p.source}`,
})
export const keyWeak = message<{ name: string; source: string }>('heartbeat.key-weak', {
  en: (p) => `The ping key of the heartbeat ${p.name} (${p.source}) has not the 128 random bits that it needs.`,
  fr: (p) => `La clé du battement ${p.name} (${p.source}) n'a pas les 128 bits aléatoires nécessaires.`,
})
export const keyTwice = message<{ name: string; other: string }>('heartbeat.key-twice', {
  en: (p) => `The heartbeats ${p.name} and ${p.other} have the same ping key: which of them pings could not be told.`,
  fr: (p) => `Les battements ${p.name} et ${p.other} ont la même clé : on ne saurait dire lequel se manifeste.`,
})
export const heartbeatMessages = [keyMissing, keyMissingHint, keyWeak, keyTwice]
