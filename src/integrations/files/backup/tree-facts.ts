import * as z from 'zod'
import { BackupError, type StoredComponent, type StoredPart } from '../../../core/backup.ts'
import type { JsonObject } from '../../../core/json.ts'
import { message } from '../../../core/message.ts'

const noPart = message<{ backup: string }>('files.no-part', {
  en: (p) => `The backup ${p.backup} holds no tree of files of this component`,
  fr: (p) => `La sauvegarde ${p.backup} ne contient pas d'arborescence de ce composant`,
})
const noFacts = message<{ backup: string }>('files.no-facts', {
  en: (p) => `What the backup ${p.backup} says of the tree cannot be read: a newer Vigie may have made it`,
  fr: (p) =>
    `Ce que la sauvegarde ${p.backup} dit de l'arborescence est illisible : un Vigie plus récent l'a peut-être faite`,
})
export const factsTexts = [noPart, noFacts]

export const treePart = 'tree'

const count = z.number().int().nonnegative()
const digest = z.string().regex(/^[0-9a-f]{64}$/)

const factsSchema = z.object({
  version: z.literal(1),
  /** Which tar packed it: others know less of times, attributes and holes. */
  tar: z.enum(['gnu', 'bsd']),
  counts: z.object({ files: count, folders: count, links: count, hardLinks: count, bytes: count }),
  digests: z.object({ names: digest, modes: digest, owners: digest, times: digest }),
  /** Links whose words lead out of the tree. */
  outsideLinks: count,
  sparseFiles: count,
  vanished: count,
  torn: count,
  unreadable: count,
  sample: z.object({
    key: z.string(),
    files: z
      .array(z.object({ id: z.string(), bytes: count, content: z.string() }))
      .max(1000)
      .readonly(),
  }),
})
/** What a tree was when it was packed. */
export type TreeFacts = z.output<typeof factsSchema>

/** The tree in a backup, and what it was. Throws `manifest-missing` when the backup does not say. */
export function treeIn(stored: StoredComponent): { readonly part: StoredPart; readonly facts: TreeFacts } {
  const { backup, parts } = stored
  const part = parts.find(({ name }) => name === treePart)
  if (part === undefined) throw new BackupError('volume-missing', noPart({ backup }))
  const facts = factsSchema.safeParse(part.facts)
  if (!facts.success) throw new BackupError('manifest-missing', noFacts({ backup }), { cause: facts.error })
  return { part, facts: facts.data }
}

/** The samples of such facts, each by its id; none of what are no such facts. */
export function samplesIn(facts: JsonObject): ReadonlyMap<string, TreeFacts['sample']['files'][number]> {
  const { data } = factsSchema.safeParse(facts)
  return new Map(data?.sample.files.map((file) => [file.id, file]) ?? [])
}

export function entriesOf({ counts }: Pick<TreeFacts, 'counts'>): number {
  return counts.files + counts.folders + counts.links + counts.hardLinks
}
