import { message, type Text } from '../../core/message.ts'
import { type Comparison, maxRows, type Names } from './compare.ts'
import type { OrphansOptions } from './options.ts'

type Side = {
  readonly component: string
}
const noRows = message<Side & { files: number; empty: number }>('orphans.no-rows', {
  en: (p, f) =>
    `could not tell: the query in ${p.component} names no file, and ${f.number(p.files, 0)} files are there${p.empty === 0 ? '' : `; ${f.number(p.empty, 0)} rows are empty`}`,
  fr: (p, f) =>
    `indéterminé : la requête dans ${p.component} ne nomme aucun fichier, alors qu'il y en a ${f.number(p.files, 0)}${p.empty === 0 ? '' : ` ; ${f.number(p.empty, 0)} lignes sont vides`}`,
})
const noFiles = message<Side & { named: number }>('orphans.no-files', {
  en: (p, f) => `could not tell: ${p.component} holds no file, and rows name ${f.number(p.named, 0)}`,
  fr: (p, f) =>
    `indéterminé : ${p.component} ne contient aucun fichier, et des lignes en nomment ${f.number(p.named, 0)}`,
})
const nothingFits = message<{ files: number; named: number; file: string; row: string }>('orphans.nothing-fits', {
  en: (p, f) =>
    `could not tell: not one of ${f.number(p.files, 0)} files is named by a row (a file: ${p.file}; a row: ${p.row})`,
  fr: (p, f) =>
    `indéterminé : aucun des ${f.number(p.files, 0)} fichiers n'est nommé par une ligne (un fichier : ${p.file} ; une ligne : ${p.row})`,
})
const elsewhere = message<{ count: number }>('orphans.elsewhere', {
  en: (p, f) =>
    `could not tell: ${f.plural(p.count, { one: '1 row names', other: `${f.number(p.count, 0)} rows name` })} something outside of the tree of files`,
  fr: (p, f) =>
    `indéterminé : ${f.plural(p.count, { one: '1 ligne nomme', other: `${f.number(p.count, 0)} lignes nomment` })} quelque chose hors de l'arborescence`,
})
const tooMany = message<Side & { count: number }>('orphans.too-many-rows', {
  en: (p, f) => `could not tell: the query in ${p.component} gives more than ${f.number(p.count, 0)} rows`,
  fr: (p, f) => `indéterminé : la requête dans ${p.component} donne plus de ${f.number(p.count, 0)} lignes`,
})
const remedy = message<{ why: string }>('orphans.doubt-remedy', {
  en: (p) => english[p.why] ?? '',
  fr: (p) => french[p.why] ?? '',
})
export const doubtTexts = [noRows, noFiles, nothingFits, elsewhere, tooMany, remedy]

const english: Readonly<Record<string, string>> = {
  query: 'Correct the query: its first column is the path of a file',
  files: 'Is the right folder mounted? Correct the path of the component, or the prefix',
  fit: 'Say what rows have before the path (strip), and which folder they count from (prefix)',
  elsewhere: "Say what stands before the path (strip: ['https://…/']), or write elsewhere: 'ignore'",
  parts: 'Compare it in parts, each with a prefix and a query of its own',
}
const french: Readonly<Record<string, string>> = {
  query: "Corrigez la requête : sa première colonne est le chemin d'un fichier",
  files: 'Le bon dossier est-il monté ? Corrigez le chemin du composant, ou prefix',
  fit: 'Dites ce qui précède le chemin dans les lignes (strip), et de quel dossier elles partent (prefix)',
  elsewhere: "Dites ce qui précède le chemin (strip: ['https://…/']), ou écrivez elsewhere: 'ignore'",
  parts: 'Comparez par parties, chacune avec son prefix et sa requête',
}

/** Why what rows name says too little; undefined when it can be used. */
export function namesDoubt(
  { isCut, empty, elsewhere: outside }: Pick<Names, 'isCut' | 'empty' | 'elsewhere'>,
  named: number,
  options: OrphansOptions,
  files = 0,
): { readonly reason: Text; readonly remedy: Text } | undefined {
  const component = options.rows.in
  if (isCut) return { reason: tooMany({ component, count: maxRows }), remedy: remedy({ why: 'parts' }) }
  if (outside > 0 && options.elsewhere === 'refuse')
    return { reason: elsewhere({ count: outside }), remedy: remedy({ why: 'elsewhere' }) }
  return named > 0 ? undefined : { reason: noRows({ component, files, empty }), remedy: remedy({ why: 'query' }) }
}

/** Why a comparison says nothing: a wrong query must never make every file an orphan. Undefined when it can be judged. */
export function doubtOf(
  seen: Comparison,
  options: OrphansOptions,
): { readonly reason: Text; readonly remedy: Text } | undefined {
  const { names, named, files, matched, missingPaths, orphanFiles, unseen } = seen
  const doubt = names.isCut ? namesDoubt(names, named, options) : (unseen ?? namesDoubt(names, named, options, files))
  if (doubt !== undefined) return doubt
  if (files === 0) return { reason: noFiles({ component: options.files, named }), remedy: remedy({ why: 'files' }) }
  if (matched > 0) return undefined
  const [file, row] = [orphanFiles[0]?.path ?? '…', missingPaths[0] ?? '…']
  return { reason: nothingFits({ files, named, file, row }), remedy: remedy({ why: 'fit' }) }
}
