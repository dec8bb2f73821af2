/**
 * Every form in which a value may meet us in a text: as it is, and as URLs, JSON, HTML, SQL, shells, base64 (also in the
 * middle of a longer encoded text) and hexadecimal write it. Forms equal to another come once.
 */
export function encodingsOf(value: string): readonly string[] {
  const json = JSON.stringify(value).slice(1, -1)
  const bytes = Buffer.from(value)
  const forms = [
    value,
    ...urlForms(value),
    json,
    // A document in a document.
    JSON.stringify(json).slice(1, -1),
    json.replaceAll('/', '\\/'),
    asciiJson(json),
    asciiJson(json).replaceAll('/', '\\/'),
    ...["'", '"', '`', ''].map((quote) => codeLiteral(value, quote)),
    ...htmlForms(value),
    value.replaceAll("'", "''"),
    value.replaceAll("'", `'\\''`),
    value.replaceAll("'", `'"'"'`),
    value.replaceAll('$', '$$$$'),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    ...base64Forms(bytes),
  ]
  return [...new Set(forms)]
}

/** RFC 3986 with either case of the digits, form encoding, and the few characters that `encodeURIComponent` leaves. */
function urlForms(value: string): readonly string[] {
  const component = encodeURIComponent(value.toWellFormed())
  const whole = encodeURI(value.toWellFormed())
  const strict = component.replace(/[!'()*~]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)
  const form = strict.replaceAll('%20', '+').replaceAll('%2A', '*')
  const lowerCase = (text: string): string => text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())
  return [component, whole, strict, form, component.replaceAll('%20', '+')].flatMap((one) => [one, lowerCase(one)])
}

/** As Python and PHP write JSON: everything beyond ASCII as \u escapes. */
function asciiJson(json: string): string {
  return json.replace(/[\u0080-\uffff]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

const shortEscapes: Readonly<Record<string, string>> = {
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
}

/** As Node shows a text: it takes the quotes that need the fewest escapes, so each of them may be the one escaped. */
function codeLiteral(value: string, quote: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is escaped here.
  return value.replace(/[\\"'`\u0000-\u001f\u007f-\u009f]/g, (one) => {
    if (one === '\\' || one === quote) return `\\${one}`
    if (`"'\``.includes(one)) return one
    return shortEscapes[one] ?? `\\x${one.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
  })
}

function htmlForms(value: string): readonly string[] {
  const base = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  const quoted = base.replaceAll('"', '&quot;')
  return [
    base,
    quoted,
    quoted.replaceAll("'", '&#39;'),
    quoted.replaceAll("'", '&#x27;'),
    quoted.replaceAll("'", '&apos;'),
  ]
}

/**
 * The digits of base64 that depend on these bytes alone, for each of the three places that they can have in a longer
 * text (`user:password` of HTTP), and the whole with its padding; in the plain and the URL alphabet.
 */
function base64Forms(bytes: Buffer): readonly string[] {
  const inner = [0, 1, 2].map((offset) => {
    const digits = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64')
    const first = Math.ceil((offset * 8) / 6)
    return digits.slice(first, Math.floor(((offset + bytes.length) * 8) / 6))
  })
  return [bytes.toString('base64'), bytes.toString('base64url'), ...inner, ...inner.map(urlAlphabet)].filter(
    (form) => form.length >= 4,
  )
}

function urlAlphabet(base64: string): string {
  return base64.replaceAll('+', '-').replaceAll('/', '_')
}
