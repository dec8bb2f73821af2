const mask = '•••'

/** Token shapes that are secrets wherever they stand. Sources: the issuers' own documentation of their prefixes. */
const tokenShapes: readonly RegExp[] = [
  /\bgh[pousr]_[A-Za-z0-9]{30,}\b/g,
  /\bgithub_pat_[A-Za-z0-9_]{40,}\b/g,
  /\bglpat-[A-Za-z0-9_-]{20,}\b/g,
  /\bxox[abprs]-[A-Za-z0-9-]{10,}\b/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}\b/g,
  /\bsk-[A-Za-z0-9_-]{20,}\b/g,
  /\bnpm_[A-Za-z0-9]{36}\b/g,
  /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\b/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
]
const urlPassword = /\b([a-z][a-z0-9+.-]*:\/\/[^\s:/@'"]*):[^\s/'"]*@/gi
const keyedSecret =
  /\b((?:[\w-]*(?:password|passwd|pwd|secret|token|api[_-]?key|authorization)[\w-]*)["']?\s*[:=]\s*["']?)((?:bearer\s+|basic\s+)?[^\s"',;&}]{3,})/gi

/** Takes secrets out of texts before they are stored or sent. */
export interface Redactor {
  /** From now on this value is masked, and so are its URL-encoded, base64 and JSON-escaped forms. */
  protect(value: string): void
  redact(text: string): string
}

/** Shorter values would mask ordinary words and tell a reader what the secret is. */
const minimumLength = 4

export function createRedactor(): Redactor {
  const values = new Set<string>()
  return {
    protect: (value) => {
      for (const part of [value, ...passwordOf(value)]) {
        if (part.length < minimumLength) continue
        values.add(part)
        values.add(encodeURIComponent(part))
        values.add(Buffer.from(part).toString('base64'))
        values.add(JSON.stringify(part).slice(1, -1))
      }
    },
    redact: (text) => {
      let result = text
      for (const value of [...values].sort((a, b) => b.length - a.length)) result = result.replaceAll(value, mask)
      for (const shape of tokenShapes) result = result.replace(shape, mask)
      return result.replace(urlPassword, `$1:${mask}@`).replace(keyedSecret, `$1${mask}`)
    },
  }
}

function passwordOf(value: string): readonly string[] {
  if (!URL.canParse(value)) return []
  const { password } = new URL(value)
  if (password === '') return []
  try {
    return [password, decodeURIComponent(password)]
  } catch {
    return [password]
  }
}
