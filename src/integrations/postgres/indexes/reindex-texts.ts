import { message } from '../../../core/message.ts'

export const dropLeftover = message<{ name: string; of: string; bytes: number }>('postgres.reindex-leftover', {
  en: (p, f) => `drop ${p.name} (${f.bytes(p.bytes)}): a rebuild of ${p.of} that failed left it, invalid`,
  fr: (p, f) =>
    `supprimer ${p.name} (${f.bytes(p.bytes)}) : une reconstruction échouée de ${p.of} l'a laissé, invalide`,
})
interface Told {
  readonly [key: string]: string | number | boolean | null
  readonly name: string
  readonly table: string
  readonly bytes: number
  readonly gain: number
  readonly isAsked: boolean
}
export const rebuildIndex = message<Told>('postgres.reindex-action', {
  en: (p, f) =>
    `rebuild ${p.name} on ${p.table} (${f.bytes(p.bytes)}), concurrently: ${p.gain > 0 ? `about ${f.bytes(p.gain)} (${f.percent(p.gain / p.bytes, 0)}) would be gained` : 'as asked'}`,
  fr: (p, f) =>
    `reconstruire ${p.name} sur ${p.table} (${f.bytes(p.bytes)}), sans bloquer : ${p.gain > 0 ? `environ ${f.bytes(p.gain)} (${f.percent(p.gain / p.bytes, 0)}) à gagner` : 'sur demande'}`,
})
export const rebuilt = message<{ bytes: number; bytesAfter: number; ms: number; left: readonly string[] }>(
  'postgres.reindex-figures',
  {
    en: (p, f) =>
      `${f.bytes(p.bytes)} → ${f.bytes(p.bytesAfter)}, in ${f.duration(p.ms)}${p.left.length === 0 ? '' : `; the old one stays as ${f.list(p.left)}, since a transaction still reads it: the next run drops it`}`,
    fr: (p, f) =>
      `${f.bytes(p.bytes)} → ${f.bytes(p.bytesAfter)}, en ${f.duration(p.ms)}${p.left.length === 0 ? '' : ` ; l'ancien reste sous le nom ${f.list(p.left)}, une transaction le lit encore : la prochaine exécution le supprime`}`,
  },
)
export const indexGone = message('postgres.reindex-gone', {
  en: () => 'it is gone, has another name, or was rebuilt meanwhile',
  fr: () => 'il a disparu, porte un autre nom, ou a été reconstruit entre-temps',
})
export const indexUnderWay = message('postgres.reindex-under-way', {
  en: () => 'somebody builds it right now',
  fr: () => "quelqu'un le construit en ce moment",
})
export const indexFine = message('postgres.reindex-fine', {
  en: () => 'too little would be gained by now',
  fr: () => 'il y aurait désormais trop peu à gagner',
})
export const indexLocked = message<{ left: readonly string[] }>('postgres.reindex-locked', {
  en: (p, f) =>
    `somebody holds a lock, or an old transaction, in its way: vigie db locks shows who${p.left.length === 0 ? '; nothing was left behind' : `; ${f.list(p.left)} stays behind, and the next run drops it`}`,
  fr: (p, f) =>
    `quelqu'un tient un verrou, ou une vieille transaction, qui l'empêche : vigie db locks montre qui${p.left.length === 0 ? ' ; rien ne reste derrière' : ` ; ${f.list(p.left)} reste, et la prochaine exécution le supprime`}`,
})
export const mayNotRebuild = message<{ name: string; table: string; role: string; hasMaintain: boolean }>(
  'postgres.reindex-denied',
  {
    en: (p) =>
      `the role may not rebuild ${p.name}: ${p.hasMaintain ? `GRANT MAINTAIN ON ${p.table} TO ${p.role};` : `give the owner of ${p.table} as actingUrl`}`,
    fr: (p) =>
      `le rôle ne peut pas reconstruire ${p.name} : ${p.hasMaintain ? `GRANT MAINTAIN ON ${p.table} TO ${p.role};` : `donnez dans actingUrl le propriétaire de ${p.table}`}`,
  },
)
export const ownerRemedy = message('postgres.reindex-owner-remedy', {
  en: () => 'Give a role that owns the tables as actingUrl, or GRANT it what is missing',
  fr: () => 'Donnez dans actingUrl un rôle propriétaire des tables, ou accordez (GRANT) ce qui manque',
})
export const noSuchIndex = message<{ name: string; count: number }>('postgres.no-such-index', {
  en: (p) =>
    p.count === 0 ? `there is no index ${p.name}` : `${p.count} indexes are called ${p.name}, in several schemas`,
  fr: (p) =>
    p.count === 0 ? `il n'y a pas d'index ${p.name}` : `${p.count} index s'appellent ${p.name}, dans plusieurs schémas`,
})
export const noSuchIndexRemedy = message('postgres.no-such-index-remedy', {
  en: () => 'Write it as the catalog has it, with its schema: public.Orders_pkey',
  fr: () => 'Écrivez-le comme dans le catalogue, avec son schéma : public.Orders_pkey',
})
export const notConcurrently = message<{ name: string; why: 'exclusion' | 'partitioned' }>(
  'postgres.reindex-not-concurrently',
  {
    en: (p) =>
      p.why === 'exclusion'
        ? `${p.name} backs an exclusion constraint: PostgreSQL rebuilds it only while nobody may write`
        : `${p.name} stands for its partitions: it has nothing of its own to rebuild`,
    fr: (p) =>
      p.why === 'exclusion'
        ? `${p.name} porte une contrainte d'exclusion : PostgreSQL ne le reconstruit qu'en bloquant les écritures`
        : `${p.name} représente ses partitions : il n'a rien à reconstruire lui-même`,
  },
)
export const notConcurrentlyRemedy = message<{ index: string; why: 'exclusion' | 'partitioned' }>(
  'postgres.reindex-not-concurrently-remedy',
  {
    en: (p) =>
      p.why === 'exclusion'
        ? `In a maintenance window: SET lock_timeout = '2s'; REINDEX INDEX ${p.index};`
        : 'Name the index of a partition: vigie db indexes',
    fr: (p) =>
      p.why === 'exclusion'
        ? `Dans une fenêtre de maintenance : SET lock_timeout = '2s'; REINDEX INDEX ${p.index};`
        : "Nommez l'index d'une partition : vigie db indexes",
  },
)
export const noSpace = message<{
  name: string
  folder: string
  neededBytes: number
  freeBytes: number
  keepBytes: number
}>('postgres.reindex-no-space', {
  en: (p, f) =>
    `${p.name} is not rebuilt: that takes up to ${f.bytes(p.neededBytes)} for a while in ${p.folder}, ${f.bytes(p.freeBytes)} are free, and ${f.bytes(p.keepBytes)} stay free`,
  fr: (p, f) =>
    `${p.name} n'est pas reconstruit : il faut un temps jusqu'à ${f.bytes(p.neededBytes)} dans ${p.folder}, ${f.bytes(p.freeBytes)} sont libres, et ${f.bytes(p.keepBytes)} restent libres`,
})
export const noSpaceRemedy = message('postgres.reindex-no-space-remedy', {
  en: () => 'Make room there, or rebuild a smaller one first: vigie db reindex --index NAME',
  fr: () => "Faites de la place, ou reconstruisez d'abord un plus petit : vigie db reindex --index NOM",
})
export const spaceUnknown = message<{ name: string; neededBytes: number }>('postgres.reindex-space-unknown', {
  en: (p, f) =>
    `${p.name} is not rebuilt: that takes up to ${f.bytes(p.neededBytes)} for a while, and how much is free on the server cannot be seen from here`,
  fr: (p, f) =>
    `${p.name} n'est pas reconstruit : il faut un temps jusqu'à ${f.bytes(p.neededBytes)}, et l'espace libre du serveur n'est pas visible d'ici`,
})
export const spaceUnknownRemedy = message('postgres.reindex-space-unknown-remedy', {
  en: () => 'Look there (df -h), then say how much is free: vigie db reindex --assume-space 20GB',
  fr: () => 'Regardez sur place (df -h), puis dites combien est libre : vigie db reindex --assume-space 20GB',
})
export const reindexTexts = [
  ...[
    dropLeftover,
    rebuildIndex,
    rebuilt,
    indexGone,
    indexUnderWay,
    indexFine,
    indexLocked,
    mayNotRebuild,
    ownerRemedy,
  ],
  ...[noSuchIndex, noSuchIndexRemedy, notConcurrently, notConcurrentlyRemedy],
  ...[noSpace, noSpaceRemedy, spaceUnknown, spaceUnknownRemedy],
]
