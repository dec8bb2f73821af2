import type { ArchiveEntry } from './archive-toc.ts'

const naming: ReadonlySet<string> = new Set(['ACL', 'DEFAULT ACL', 'POLICY', 'USER MAPPING'])

/** Those of the roles that are named, as a word of its own, in grants and policies. */
export function rolesNamedIn(entries: readonly ArchiveEntry[], roles: readonly string[]): readonly string[] {
  const texts = entries.filter(({ kind }) => naming.has(kind)).map(({ make }) => make)
  return roles.filter((role) => {
    const word = escaped(role.replaceAll('"', '""'))
    const named = new RegExp(`(?<![\\w"$])"?${word}"?(?![\\w"$])`)
    return texts.some((text) => named.test(text))
  })
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}
