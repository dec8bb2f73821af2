import { encodingsOf } from './encodings.ts'

const mask = '•••'

/** Not within a longer word; what a URL encodes (`%3D`) before it is no word. */
const apart = String.raw`(?:(?<=%[\dA-Fa-f]{2})|(?<![A-Za-z0-9_]))`

/** Token shapes that are secrets wherever they stand. Sources: the issuers' own documentation of their prefixes. */
const tokenShapes: readonly RegExp[] = [
  /gh[pousr]_[A-Za-z0-9]{30,}/g,
  /github_pat_[A-Za-z0-9_]{40,}/g,
  /gl(?:pat|ptt|rt|dt|cbt|oas|soat|ft)-[A-Za-z0-9_-]{20,}/g,
  /xox[a-z]-[A-Za-z0-9-]{10,}/g,
  /xapp-\d-[A-Za-z0-9-]{10,}/g,
  /hooks\.slack\.com\/(?:services|workflows)\/[A-Za-z0-9/_-]{10,}/g,
  /discord(?:app)?\.com\/api\/webhooks\/\d+\/[A-Za-z0-9_-]{20,}/g,
  new RegExp(String.raw`${apart}\d{8,10}:[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])`, 'g'),
  new RegExp(String.raw`${apart}(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])`, 'g'),
  /(?:[rs]k_(?:live|test)|whsec)_[A-Za-z0-9]{16,}/g,
  new RegExp(String.raw`${apart}sk-[A-Za-z0-9_-]{20,}`, 'g'),
  /AIza[A-Za-z0-9_-]{35}/g,
  new RegExp(String.raw`${apart}ya29\.[A-Za-z0-9_-]{20,}`, 'g'),
  new RegExp(String.raw`${apart}SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}`, 'g'),
  /npm_[A-Za-z0-9]{36}/g,
  /pypi-[A-Za-z0-9_-]{50,}/g,
  new RegExp(String.raw`${apart}hf_[A-Za-z0-9]{30,}`, 'g'),
  /do[opr]_v1_[a-f0-9]{64}/g,
  new RegExp(String.raw`${apart}hv[sbr]\.[A-Za-z0-9_-]{20,}`, 'g'),
  /sbp_[a-f0-9]{40}/g,
  /AGE-SECRET-KEY-1[0-9A-Z]{50,}/gi,
  /eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}/g,
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)/g,
]

/**
 * `scheme://user:password@host`. The password ends at the last @ before a slash; when there is none, it may hold slashes
 * itself, unless the user is an address already. What looks like a port is no password: `http://host:8080/@scope`.
 * Lengths are bounded in all patterns so that no text makes the search slow.
 */
const notPort = String.raw`(?!\d{1,5}(?:[/?#\s'",;)\]}]|$))`
const scheme = String.raw`\b([a-z][a-z0-9+.-]{0,30}:\/\/(?!\[)`
const urlPasswords: readonly RegExp[] = [
  new RegExp(String.raw`${scheme}[^\s:/'"@]{0,300}):${notPort}(?:[^\s/]{0,500}@|[^\s'"]{0,500}@)`, 'gi'),
  new RegExp(String.raw`${scheme}[^\s:/'"@]{1,300}@[^\s:/'"]{1,300}):${notPort}[^\s/]{0,500}@`, 'gi'),
]

/** Words that stand before a secret, also within a longer name: `DB_PASSWORD`, `x-api-key`, `client_secret`. */
const secretName = String.raw`(?:password|passwd|passphrase|pwd|secret|token(?!s\b)|api[_-]?key|access[_-]?key|private[_-]?key|credential)[\w-]{0,40}`
const keyedPatterns: readonly (readonly [pattern: RegExp, shown: string])[] = [
  // Headers whose whole value is secret, whatever its form.
  [
    /\b((?:proxy-)?authorization|(?:set-)?cookie)(\\*["']?[ \t]*[:=][ \t]*\\*["']?)(?:digest[ \t][^\r\n]*|[^\r\n"']+)/gi,
    `$1$2${mask}`,
  ],
  // A quoted value up to its closing quote, escaped or not.
  [
    new RegExp(String.raw`(${secretName}\\*["']?[ \t]*[:=][ \t]*)(\\*["'])(?:(?!\2)[^\r\n]){1,4000}\2`, 'gi'),
    `$1$2${mask}$2`,
  ],
  // An unquoted one up to a space or a delimiter.
  [
    new RegExp(
      String.raw`(${secretName}\\*["']?[ \t]*[:=][ \t]*\\*["']?)(?!•••)(?:(?:bearer|basic)[ \t]+)?(?:[^\s"',;&}\\]|\\(?!["'])){3,}`,
      'gi',
    ),
    `$1${mask}`,
  ],
  [
    new RegExp(
      String.raw`((?<![\w-])--?[a-z-]{0,40}${secretName}[ \t]+)(?!-)(?:"[^"\r\n]*"|'[^'\r\n]*'|[^\s"']{3,})`,
      'gi',
    ),
    `$1${mask}`,
  ],
  [/((?<![\w-])(?:-u|--user)[ =]["']?)(?!\d+:\d)([^\s:"']{1,200}):[^\s"']+/g, `$1$2:${mask}`],
]

/** Takes secrets out of texts before they are stored or sent. */
export interface Redactor {
  /** From now on this value is masked, in every form that `encodingsOf` knows; so is the password in it, if it is a URL. */
  protect(value: string): void
  redact(text: string): string
}

/** Shorter values would mask ordinary words and tell a reader what the secret is. */
const minimumLength = 4

export function createRedactor(): Redactor {
  const forms = new Set<string>()
  return {
    protect: (value) => {
      for (const part of [value, value.trim(), ...linesOf(value), ...passwordsOf(value)]) {
        if (part.length < minimumLength) continue
        for (const form of encodingsOf(part)) forms.add(form)
      }
    },
    redact: (text) => {
      let result = maskAll(text, forms)
      for (const shape of tokenShapes) result = result.replace(shape, mask)
      for (const password of urlPasswords) result = result.replace(password, `$1:${mask}@`)
      for (const [pattern, shown] of keyedPatterns) result = result.replace(pattern, shown)
      return result
    },
  }
}

/** Masks every occurrence of every form at once, so that forms which overlap leave no part of each other. */
function maskAll(text: string, forms: ReadonlySet<string>): string {
  const spans: [from: number, to: number][] = []
  for (const form of forms) {
    for (let at = text.indexOf(form); at !== -1; at = text.indexOf(form, at + 1)) spans.push([at, at + form.length])
  }
  spans.sort(([a], [b]) => a - b)
  let result = ''
  let done = 0
  for (const [from, to] of spans) {
    if (from >= done) result += text.slice(done, from) + mask
    done = Math.max(done, to)
  }
  return result + text.slice(done)
}

/** A key file is often shown line by line. Its first and last line say nothing, and short ones are ordinary words. */
function linesOf(value: string): readonly string[] {
  const lines = value.split(/\r?\n/)
  return lines.length < 2 ? [] : lines.filter((line) => line.length >= 16 && !line.startsWith('-----'))
}

/** The password of a URL as the standard reads it, and as a person who did not encode it meant it. */
function passwordsOf(value: string): readonly string[] {
  const meant = /^[a-z][a-z0-9+.-]*:\/\/[^\s:/]*:(\S*)@/i.exec(value)?.[1] ?? ''
  const read = URL.canParse(value) ? new URL(value).password : ''
  return [meant, read].flatMap((password) => [password, decoded(password)])
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
