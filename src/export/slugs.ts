import { sha256 } from '../core/hash.ts'

/** A name for files, one for each text: readable where it can be, and never that of another. */
export function slugOf(text: string): string {
  const plain = text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 40)
  return plain === text ? plain : `${plain === '' ? 'x' : plain}-${sha256(text).slice(0, 6)}`
}
