import { VigieError } from '../../../core/errors.ts'
import { message, type Text } from '../../../core/message.ts'

type Why =
  | 'no-table'
  | 'no-column'
  | 'not-a-table'
  | 'temporary'
  | 'foreign-partition'
  | 'other-there'
  | 'building'
  | 'not-an-expression'
  | 'no-space'
  | 'unknown'
  | 'several'
  | 'needed'
  | 'not-advised'
  | 'replicas'
  | 'rebuild'
  | 'unfinished'
  | 'not-dropped'
  | 'is-there'
  | 'changing'
  | 'half-dropped'

interface Refused {
  readonly [key: string]: string
  readonly why: Why
  readonly index: string
  readonly detail: string
}

const english: Readonly<Record<Why, (detail: string) => string>> = {
  'no-table': (d) => `there is no table ${d}`,
  'no-column': (d) => `its table has no column ${d}`,
  'not-a-table': (d) => `${d} is no table that can have an index`,
  temporary: (d) => `${d} is a temporary table`,
  'foreign-partition': (d) => `its partition ${d} is a foreign table, which can have no index here`,
  'other-there': (d) => `something else has this name: ${d}`,
  building: () => 'somebody is building it at this moment',
  'not-an-expression': (d) => `PostgreSQL does not take its expression or condition: ${d}`,
  'no-space': (d) => `there is not enough space: ${d}`,
  unknown: (d) => `nothing of this name is known${d === '' ? '' : `; known are ${d}`}`,
  several: (d) => `several have this name, say which: ${d}`,
  needed: () => 'it backs a constraint or is a part of another: it does not go by itself',
  'not-advised': (d) => `nothing says that it can go${d === '' ? '' : `: ${d}`}`,
  replicas: () => 'a replica may read it, and was not asked',
  rebuild: () => 'a constraint needs it: it is to be rebuilt, not dropped',
  unfinished: () => 'it is partitioned and unfinished: it is to be completed, not dropped',
  'not-dropped': (d) => `it is not among the indexes that were dropped through Vigie${d === '' ? '' : `: ${d}`}`,
  'is-there': () => 'it is there',
  changing: () => 'somebody changes it at this moment: rebuilds, renames or drops it',
  'half-dropped': (d) => `it is not dropped, but nothing reads it any more: the drop was begun and not ended (${d})`,
}
const french: Readonly<Record<Why, (detail: string) => string>> = {
  'no-table': (d) => `la table ${d} n'existe pas`,
  'no-column': (d) => `sa table n'a pas de colonne ${d}`,
  'not-a-table': (d) => `${d} n'est pas une table qui puisse avoir un index`,
  temporary: (d) => `${d} est une table temporaire`,
  'foreign-partition': (d) => `sa partition ${d} est une table distante, qui ne peut avoir d'index ici`,
  'other-there': (d) => `autre chose porte ce nom : ${d}`,
  building: () => 'quelqu’un est en train de le créer',
  'not-an-expression': (d) => `PostgreSQL refuse son expression ou sa condition : ${d}`,
  'no-space': (d) => `il n'y a pas assez de place : ${d}`,
  unknown: (d) => `rien de ce nom n'est connu${d === '' ? '' : ` ; sont connus ${d}`}`,
  several: (d) => `plusieurs portent ce nom, dites lequel : ${d}`,
  needed: () => "il soutient une contrainte ou fait partie d'un autre : il ne part pas seul",
  'not-advised': (d) => `rien ne dit qu'il puisse disparaître${d === '' ? '' : ` : ${d}`}`,
  replicas: () => "un réplica le lit peut-être, et n'a pas été interrogé",
  rebuild: () => 'une contrainte en a besoin : il est à reconstruire, pas à supprimer',
  unfinished: () => 'il est partitionné et inachevé : il est à compléter, pas à supprimer',
  'not-dropped': (d) => `il n'est pas parmi les index supprimés par Vigie${d === '' ? '' : ` : ${d}`}`,
  'is-there': () => 'il existe',
  changing: () => "quelqu'un le modifie en ce moment : le reconstruit, le renomme ou le supprime",
  'half-dropped': (d) =>
    `il n'est pas supprimé, mais plus rien ne le lit : la suppression a commencé et n'est pas finie (${d})`,
}

const refusedIndex = message<Refused>('postgres.index-refused', {
  en: (p) => `index ${p.index}: ${english[p.why](p.detail)}`,
  fr: (p) => `index ${p.index} : ${french[p.why](p.detail)}`,
})
const nextStep = message<{ why: Why }>('postgres.index-refused-remedy', {
  en: ({ why }) =>
    why === 'replicas'
      ? 'Give the urls of the replicas as "replicas" of the component'
      : why === 'no-space'
        ? 'Make room first: vigie db indexes shows what could go'
        : why === 'rebuild'
          ? 'REINDEX INDEX CONCURRENTLY it'
          : why === 'building'
            ? 'Wait until it is built, or see who builds it: vigie db activity'
            : why === 'unfinished'
              ? 'vigie db indexes --create completes one of the config; else attach what is missing by hand'
              : why === 'half-dropped'
                ? 'Run it again to end it; to have it back: REINDEX INDEX CONCURRENTLY it'
                : ['no-table', 'no-column', 'not-an-expression', 'other-there'].includes(why)
                  ? 'Put "indexes" of the component right; names are exact, capitals included'
                  : 'See what there is: vigie db indexes',
  fr: ({ why }) =>
    why === 'replicas'
      ? 'Donnez les urls des réplicas dans « replicas » du composant'
      : why === 'no-space'
        ? "Faites d'abord de la place : vigie db indexes montre ce qui peut disparaître"
        : why === 'rebuild'
          ? 'REINDEX INDEX CONCURRENTLY pour lui'
          : why === 'building'
            ? 'Attendez la fin de la création, ou voyez qui le crée : vigie db activity'
            : why === 'unfinished'
              ? 'vigie db indexes --create complète un index de la configuration ; sinon attachez à la main ce qui manque'
              : why === 'half-dropped'
                ? 'Relancez pour finir ; pour le garder : REINDEX INDEX CONCURRENTLY'
                : ['no-table', 'no-column', 'not-an-expression', 'other-there'].includes(why)
                  ? 'Corrigez « indexes » du composant ; les noms sont exacts, majuscules comprises'
                  : 'Voyez ce qui existe : vigie db indexes',
})
export const indexRefusalTexts = [refusedIndex, nextStep]

/** `action-refused` on one index, with what to do next. */
export function indexRefused(why: Why, index: string, detail = ''): VigieError {
  return new VigieError('action-refused', refusedIndex({ why, index, detail }), { hint: nextStep({ why }) })
}

export function refusalText(why: Why, index: string, detail = ''): Text {
  return refusedIndex({ why, index, detail })
}
