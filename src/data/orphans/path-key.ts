import type { OrphansOptions } from './options.ts'

export type PathRules = Pick<OrphansOptions, 'prefix' | 'strip' | 'ignoreCase'>

/** What a row names: a path from the root of the tree, something outside of it, or nothing at all. */
export type Named =
  | { readonly is: 'path'; readonly path: string }
  | { readonly is: 'elsewhere' }
  | { readonly is: 'nothing' }

const anyUrl = /^[a-z][a-z0-9+.-]*:\/\//i

/**
 * The path that a row names. An absolute one must lie below the real root of the tree; of a URL what `strip` leaves is
 * decoded, without query and fragment.
 */
export function namedBy(value: string | null, root: string, { prefix, strip }: PathRules): Named {
  if (value === null || value.trim() === '') return { is: 'nothing' }
  const start = strip.find((one) => value.startsWith(one))
  const rest = start === undefined ? value : value.slice(start.length)
  if (anyUrl.test(rest)) return { is: 'elsewhere' }
  const text = start !== undefined && anyUrl.test(start) ? decoded(rest.replace(/[?#].*$/s, '')) : rest
  if (start === undefined && text.startsWith('/')) {
    // Written out in full, it needs no prefix.
    const below = root.endsWith('/') ? root : `${root}/`
    const path = normalized(text)
    return path.startsWith(below) ? pathOrNothing(path.slice(below.length)) : { is: 'elsewhere' }
  }
  const path = normalized(`${folderOf(prefix)}${text.replace(/^\/+/, '')}`)
  return path === '..' || path.startsWith('../') ? { is: 'elsewhere' } : pathOrNothing(path)
}

/** Equal for all spellings of one path: composed and decomposed letters, and case where it does not count. */
export function keyOf(path: string, { ignoreCase }: Pick<PathRules, 'ignoreCase'>): string {
  const composed = path.normalize('NFC')
  return ignoreCase ? composed.toLowerCase().normalize('NFC') : composed
}

/** The ways in which a row may write a path of the tree, for a look at this one alone. */
export function spellingsOf(path: string, root: string, { prefix, strip }: PathRules): readonly string[] {
  const folder = folderOf(prefix)
  const rest = path.startsWith(folder) ? path.slice(folder.length) : path
  const encoded = rest.split('/').map(encodeURIComponent).join('/')
  const plain = [rest, `/${rest}`, `${root}/${path}`]
  const stripped = strip.flatMap((start) => (anyUrl.test(start) ? [start + rest, start + encoded] : [start + rest]))
  return [...new Set([...plain, ...stripped].flatMap((one) => [one, one.normalize('NFC'), one.normalize('NFD')]))]
}

export function folderOf(prefix: string): string {
  const trimmed = prefix.replace(/^(?:\.?\/)+|\/+$/g, '')
  return trimmed === '' || trimmed === '.' ? '' : `${trimmed}/`
}

function pathOrNothing(path: string): Named {
  return path === '' || path === '.' ? { is: 'nothing' } : { is: 'path', path }
}

/** Without `.`, `..` and doubled slashes; what climbs out of the tree begins with `..`. */
function normalized(path: string): string {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop()
    else parts.push(part)
  }
  return `${path.startsWith('/') ? '/' : ''}${parts.join('/')}`
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // A percent sign that encodes nothing is one.
    return text
  }
}
