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
export const tooOften = message('config.too-often', {
  en: () => 'too often: write at least "1s"',
  fr: () => 'trop souvent : écrivez au moins "1s"',
})
export const noTime = message('config.no-time', {
  en: () => 'write a duration above 0, such as "30s"',
  fr: () => 'écrivez une durée supérieure à 0, comme "30s"',
})
export const notAMetricName = message('config.not-a-metric-name', {
  en: () => 'not the name of a metric: write lower-case letters, digits and "_", starting with a letter or "_"',
  fr: () =>
    "n'est pas un nom de métrique : écrivez des minuscules sans accent, des chiffres et « _ », en commençant par une lettre ou « _ »",
})
export const notAHeader = message('config.not-a-header', {
  en: () => 'not the name of an HTTP header, such as x-api-key',
  fr: () => "n'est pas le nom d'un en-tête HTTP, comme x-api-key",
})
export const ownHeader = message('config.own-header', {
  en: () => 'Vigie writes this header itself; the type of the body is told by contentType',
  fr: () => "Vigie écrit elle-même cet en-tête ; le type du corps s'écrit avec contentType",
})
export const notAContentType = message('config.not-a-content-type', {
  en: () => 'not a content type, such as application/json',
  fr: () => "n'est pas un type de contenu, comme application/json",
})
export const notAPlaceholder = message<{ name: string; known: string }>('config.not-a-placeholder', {
  en: (p) => `there is no placeholder {{${p.name}}}; known: ${p.known}`,
  fr: (p) => `il n'y a pas de champ {{${p.name}}} ; connus : ${p.known}`,
})
export const notAJsonTemplate = message('config.not-a-json-template', {
  en: () => 'with every placeholder filled in this is no JSON: put those of texts between quotation marks',
  fr: () => "une fois ses champs remplis, ce n'est pas du JSON : mettez entre guillemets ceux qui donnent un texte",
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
export const keyTooLarge = message('config.key-too-large', {
  en: () => 'JavaScript does not hold so large a number exactly: write the key as a text in quotes',
  fr: () => 'JavaScript ne tient pas exactement un nombre aussi grand : écrivez la clé comme un texte entre guillemets',
})
export const notARuleName = message('config.not-a-rule-name', {
  en: () => 'not the name of a rule: write letters, digits, "_" and "-", starting with a letter',
  fr: () =>
    "n'est pas le nom d'une règle : écrivez des lettres sans accent, des chiffres, « _ » et « - », en commençant par une lettre",
})
export const tooShortKept = message('config.too-short-kept', {
  en: () => 'too short: write at least "1d"; rows go by whole days',
  fr: () => 'trop court : écrivez au moins "1d" ; les lignes partent par jours entiers',
})
export const notABucket = message('config.not-a-bucket', {
  en: () => 'not the name of a bucket: write letters, digits, ".", "_" and "-", without s3:// and without a path',
  fr: () =>
    "n'est pas le nom d'un compartiment : écrivez des lettres sans accent, des chiffres, « . », « _ » et « - », sans s3:// ni chemin",
})
export const notAPrefix = message('config.not-a-prefix', {
  en: () => 'not a prefix: write plain names with "/" between, such as vigie/shop, without "/" at the ends',
  fr: () =>
    "n'est pas un préfixe : écrivez des noms simples séparés par « / », comme vigie/shop, sans « / » au début ni à la fin",
})
export const notAPartSize = message('config.not-a-part-size', {
  en: () => 'S3 takes parts from 5MiB on; write at most 512MiB, since several are in memory',
  fr: () => 'S3 accepte des parties à partir de 5MiB ; écrivez au plus 512MiB, car plusieurs sont en mémoire',
})
export const keyWithoutSecret = message('config.key-without-secret', {
  en: () => 'write accessKeyId and secretAccessKey, or neither; sessionToken only beside them',
  fr: () => "écrivez accessKeyId et secretAccessKey, ou ni l'un ni l'autre ; sessionToken seulement avec eux",
})
export const refusalMessages = [
  notADuration,
  notASize,
  notAPattern,
  notASecret,
  notAVariable,
  notAWebAddress,
  tooOften,
  noTime,
  notAMetricName,
  keyTooLarge,
  notARuleName,
  tooShortKept,
  notAHeader,
  ownHeader,
  notAContentType,
  notAPlaceholder,
  notAJsonTemplate,
  notAMailbox,
  userAndPassword,
  passwordInTheClear,
  notABucket,
  notAPrefix,
  notAPartSize,
  keyWithoutSecret,
]
