import { BackupError } from '../../core/backup.ts'
import { message } from '../../core/message.ts'
import { printable } from '../../core/printable.ts'
import type { TarEntry } from '../../platform/tar/tar-entry.ts'
import { plainPath } from './facts/count-tree.ts'
import type { TreeCounts } from './facts/volume-facts.ts'

const hostileEntry = message<{ path: string; why: 'outside' | 'through-link' | 'link-outside' | 'device' | 'kind' }>(
  'volume.hostile-entry',
  {
    en: (p) => `The archive is refused: its entry ${p.path} ${enWhy[p.why]}. Nothing of it was used.`,
    fr: (p) => `L'archive est refusée : son entrée ${p.path} ${frWhy[p.why]}. Rien n'en a été utilisé.`,
  },
)
const hostileSize = message<{ what: 'entries' | 'bytes'; limit: number }>('volume.hostile-size', {
  en: (p, f) =>
    p.what === 'bytes'
      ? `The archive is refused: it unpacks to more than the ${f.bytes(p.limit)} that the backup says it holds.`
      : `The archive is refused: it has more than the ${f.number(p.limit)} entries that the backup says it holds.`,
  fr: (p, f) =>
    p.what === 'bytes'
      ? `L'archive est refusée : elle se décompresse en plus des ${f.bytes(p.limit)} annoncés par la sauvegarde.`
      : `L'archive est refusée : elle a plus que les ${f.number(p.limit)} entrées annoncées par la sauvegarde.`,
})
const hostileHint = message('volume.hostile-hint', {
  en: () =>
    'Somebody may have changed the backup: look who can write to its place, and take an older one. For device nodes that you put there yourself, set allowDevices.',
  fr: () =>
    "Quelqu'un a peut-être modifié la sauvegarde : vérifiez qui peut écrire à son emplacement et prenez-en une plus ancienne. Pour des fichiers de périphérique que vous y avez mis vous-même, utilisez allowDevices.",
})
export const hostileTexts = [hostileEntry, hostileSize, hostileHint]

const enWhy = {
  outside: 'would lie outside of the volume',
  'through-link': 'would be written through a link of the archive itself',
  'link-outside': 'is a second name of a file outside of the volume',
  device: 'is a device node',
  kind: 'is of a kind that no volume holds',
} as const
const frWhy = {
  outside: 'se trouverait hors du volume',
  'through-link': "serait écrite à travers un lien de l'archive elle-même",
  'link-outside': "est un second nom d'un fichier hors du volume",
  device: 'est un fichier de périphérique',
  kind: "est d'un type qu'aucun volume ne contient",
} as const

/**
 * Looks at each entry before anything gets it. Links that lead anywhere are fine as such: a volume may hold them; nothing
 * may be written through one. Throws `BackupError` with `checksum`.
 */
export function hostileGuard(
  expected: TreeCounts,
  { allowDevices }: { readonly allowDevices: boolean },
): (entry: TarEntry, path: string) => void {
  const maxEntries =
    expected.files +
    expected.folders +
    expected.links +
    expected.hardLinks +
    expected.fifos +
    (allowDevices ? expected.devices : 0)
  const links = new Set<string>()
  let entries = 0
  let bytes = 0
  return (entry, path) => {
    const { type } = entry
    const refuse = (why: keyof typeof enWhy): never => {
      const shown = printable(Buffer.from(entry.path, 'latin1').toString('utf8')).slice(0, 300)
      throw refused(hostileEntry({ path: shown, why }))
    }
    if (type === 'other') refuse('kind')
    if ((type === 'block-device' || type === 'character-device') && !allowDevices) refuse('device')
    if (leadsOut(entry.path)) refuse('outside')
    if (aboveOf(path).some((folder) => links.has(folder))) refuse('through-link')
    if (type === 'hard-link') {
      const target = plainPath(entry.link)
      if (leadsOut(entry.link) || aboveOf(target).some((one) => links.has(one))) refuse('link-outside')
    }
    if (++entries > maxEntries) throw refused(hostileSize({ what: 'entries', limit: maxEntries }))
    // The map of a file with holes is stored before its data, and unpacks to nothing.
    if (type === 'file') bytes += Math.max(entry.bytes, entry.isSparse ? 0 : entry.storedBytes)
    if (bytes > expected.bytes) throw refused(hostileSize({ what: 'bytes', limit: expected.bytes }))
    if (links.has(path)) refuse('through-link')
    if (type === 'link') links.add(path)
  }
}

function leadsOut(path: string): boolean {
  return path.startsWith('/') || path.split('/').includes('..')
}

/** `a/b/c` lies below `a/b` and `a`. */
function aboveOf(path: string): readonly string[] {
  const parts = path.split('/')
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'))
}

function refused(text: ReturnType<typeof hostileSize>): BackupError {
  return new BackupError('checksum', text, { hint: hostileHint({}) })
}
