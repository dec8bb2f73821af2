/** The URLs with a password that a text holds. Lengths are bounded so that no text makes the search slow. */
const withPassword = /[a-z][a-z0-9+.-]{0,30}:\/\/[^\s:/'"@]{0,300}:[^\s'"]{1,500}@[^\s'"]{0,500}/gi

/** The passwords of the URLs in a text, written as they are and decoded. */
export function passwordsIn(text: string): readonly string[] {
  return (text.match(withPassword) ?? []).flatMap(passwordsOf)
}

/** The password of a URL as the standard reads it, and as a person who did not encode it meant it. */
export function passwordsOf(url: string): readonly string[] {
  const meant = /^[a-z][a-z0-9+.-]*:\/\/[^\s:/]*:(\S*)@/i.exec(url)?.[1] ?? ''
  const read = URL.canParse(url) ? new URL(url) : undefined
  const asked = [...(read?.searchParams ?? [])].flatMap(([name, value]) => (secretParameter.test(name) ? [value] : []))
  return [meant, read?.password ?? '', ...asked].flatMap((password) => [password, decoded(password)])
}

const secretParameter = /^(?:password|passwd|pwd|secret|token|access_token|api[_-]?key|key|sig|signature)$/i

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
