import { createProtectedForms, type Span } from './protected-forms.ts'

export const mask = '•••'

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

/** The folder that a shell is or was in; `pwd=` of a connection string is a password. */
const pwd = String.raw`pwd(?!(?<=(?<![A-Za-z0-9_;])(?-i:PWD|OLDPWD))\\*["']?[ \t]*[:=][ \t]*\\*["']?[/~])`
/** Words that stand before a secret, also within a longer name: `DB_PASSWORD`, `x-api-key`, `client_secret`. */
const secretName = String.raw`(?:password|passwd|passphrase|${pwd}|secret|token(?!s\b)|api[_-]?key|access[_-]?key|private[_-]?key|credential)[\w-]{0,40}`
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
  // The MySQL tools take it without a space; what is a number may be the port of a PostgreSQL tool.
  [/((?<![\w-])(?:mysql|mariadb)[\w-]{0,20}(?:[ \t][^\r\n;|&]{0,300}?)?[ \t]["']?-p)(?!-)[^\s"']+/g, `$1${mask}`],
  [/((?<![\w-])(?:-u|--user)[ =]["']?)(?!\d+:\d)([^\s:"']{1,200}):[^\s"']+/g, `$1$2:${mask}`],
]

/** Takes secrets out of texts before they are stored or sent. */
export interface Redactor {
  /**
   * From now on this value is masked, in every form that `encodingsOf` knows, and where a text was cut within it; so is
   * the password in it, if it is a URL.
   */
  protect(value: string): void
  redact(text: string): string
}

export function createRedactor(): Redactor {
  const forms = createProtectedForms()
  return {
    protect: forms.protect,
    redact: (text) => {
      let result = maskAll(text, forms.spansIn(text))
      for (const shape of tokenShapes) result = result.replace(shape, mask)
      for (const password of urlPasswords) result = result.replace(password, `$1:${mask}@`)
      for (const [pattern, shown] of keyedPatterns) result = result.replace(pattern, shown)
      return result
    },
  }
}

/** Masks all at once, so that forms which overlap leave no part of each other. */
function maskAll(text: string, spans: readonly Span[]): string {
  let result = ''
  let done = 0
  for (const [from, to] of spans) {
    if (from >= done) result += text.slice(done, from) + mask
    done = Math.max(done, to)
  }
  return result + text.slice(done)
}
