/** Digits kept: 64 bits, so that of a million people no two share one. */
const digits = 16

/** Names of columns that tell who somebody is; in the plural they are counts. */
const personal =
  /^(?:app_|auth_)?(?:user|e?mail|login|username|customer|client|member|account|patient|person|phone|ip|first_?name|last_?name|full_?name)(?:_?(?:id|uuid|name|email|address|number|no|key))?$/i

export function isPersonal(column: string): boolean {
  return personal.test(column)
}

/** An e-mail address, or a telephone number as people write it; bare digits may be any key. */
const personalValue = /[^\s@]@[^\s@]|^\+\d[\d .()/-]{6,}$|^0\d(?:[ .]\d\d){4}$/

export function looksPersonal(value: string): boolean {
  return personalValue.test(value)
}

/**
 * A name for somebody that is always the same and that only this installation can make: HMAC-SHA-256 under its own key.
 * Without the key, trying all user ids finds nothing, as it would with a plain hash.
 */
export function pseudonym(key: string, value: string): string {
  const { createHmac } = process.getBuiltinModule('node:crypto')
  return createHmac('sha256', key).update(value).digest('hex').slice(0, digits)
}
