import { message } from './message.ts'

/**
 * Why a schema refuses a value. A schema gives the code of its text as the message of its refinement, so that the reader
 * of a config gets it in their language.
 */
export const notADuration = message('config.not-a-duration', {
  en: () => 'not a duration: write a number with its unit, such as "250ms", "30s", "5m", "2h", "35d" or "4w"',
  fr: () => 'n\'est pas une durée : écrivez un nombre et son unité, comme "250ms", "30s", "5m", "2h", "35d" ou "4w"',
})
export const notASize = message('config.not-a-size', {
  en: () => 'not a size: write a number of bytes, or a number with its unit, such as "500MB" or "2GiB"',
  fr: () => 'n\'est pas une taille : écrivez un nombre d\'octets, ou un nombre et son unité, comme "500MB" ou "2GiB"',
})
export const notAPattern = message('config.not-a-pattern', {
  en: () => 'not a regular expression of JavaScript',
  fr: () => "n'est pas une expression régulière de JavaScript",
})
export const notASecret = message('config.not-a-secret', {
  en: () => "neither a text nor where to read it: write env('NAME') or secretFile('/run/secrets/x')",
  fr: () => "ni un texte, ni l'endroit où le lire : écrivez env('NOM') ou secretFile('/run/secrets/x')",
})
export const notAVariable = message('config.not-a-variable', {
  en: () => 'not the name of an environment variable',
  fr: () => "n'est pas le nom d'une variable d'environnement",
})
export const notAWebAddress = message('config.not-a-web-address', {
  en: () => 'not an address: write https://host or http://host',
  fr: () => "n'est pas une adresse : écrivez https://hôte ou http://hôte",
})
export const notAMailbox = message('config.not-a-mailbox', {
  en: () => 'not an e-mail address: write vigie@example.org or Vigie <vigie@example.org>',
  fr: () => "n'est pas une adresse électronique : écrivez vigie@example.org ou Vigie <vigie@example.org>",
})
export const userAndPassword = message('config.user-and-password', {
  en: () => 'write user and password, or neither',
  fr: () => "écrivez user et password, ou ni l'un ni l'autre",
})
export const passwordInTheClear = message('config.password-in-the-clear', {
  en: () => 'the password would travel in the clear: write security: "starttls" or "tls"',
  fr: () => 'le mot de passe circulerait en clair : écrivez security: "starttls" ou "tls"',
})
export const refusalMessages = [
  notADuration,
  notASize,
  notAPattern,
  notASecret,
  notAVariable,
  notAWebAddress,
  notAMailbox,
  userAndPassword,
  passwordInTheClear,
]
