import { message, type Text } from '../../../core/message.ts'
import { quoted } from '../identifier.ts'
import type { Fill, Sequence } from './sequences.ts'

export const filling = message<{ name: string; column: string | null; type: string; ratio: number; left: number }>(
  'postgres.sequence-filling',
  {
    en: (p, f) =>
      `${p.name}${p.column === null ? '' : ` (feeds ${p.column}, ${p.type})`} has used ${f.percent(p.ratio)} of its values, ${f.number(p.left, 0)} are left; then every insert fails`,
    fr: (p, f) =>
      `${p.name}${p.column === null ? '' : ` (alimente ${p.column}, ${p.type})`} a consommé ${f.percent(p.ratio)} de ses valeurs, il en reste ${f.number(p.left, 0)} ; ensuite chaque insertion échouera`,
  },
)
export const wideEnough = message<{ count: number; fullest: string; ratio: number }>('postgres.sequences-fine', {
  en: (p, f) =>
    `${f.plural(p.count, { one: '1 sequence', other: `${p.count} sequences` })}; the fullest, ${p.fullest}, has used ${f.percent(p.ratio)}`,
  fr: (p, f) =>
    `${f.plural(p.count, { one: '1 séquence', other: `${p.count} séquences` })} ; la plus remplie, ${p.fullest}, a consommé ${f.percent(p.ratio)}`,
})
export const noSequences = message('postgres.no-sequences', {
  en: () => 'this database has no sequence',
  fr: () => "cette base n'a aucune séquence",
})
export const unseenSequences = message<{ count: number; all: number; first: string; why: string }>(
  'postgres.sequences-unseen',
  {
    en: (p) =>
      `could not tell for ${p.count} of ${p.all} sequences (${p.first}): ${{ denied: 'the role may not read them', locked: 'somebody changes them at the moment', 'not-here': 'only the primary has what is not logged' }[p.why] ?? 'there are too many'}`,
    fr: (p) =>
      `indéterminé pour ${p.count} séquences sur ${p.all} (${p.first}) : ${{ denied: 'le rôle ne peut pas les lire', locked: 'une autre session les modifie en ce moment', 'not-here': "seul le primaire a ce qui n'est pas journalisé" }[p.why] ?? 'elles sont trop nombreuses'}`,
  },
)
export const readSequences = message<{ schema: string; role: string }>('postgres.sequences-grant', {
  en: (p) => `GRANT SELECT ON ALL SEQUENCES IN SCHEMA ${p.schema} TO ${p.role};`,
  fr: (p) => `GRANT SELECT ON ALL SEQUENCES IN SCHEMA ${p.schema} TO ${p.role};`,
})
export const lookAgain = message('postgres.sequences-again', {
  en: () => 'Run it again when that has ended, or on the primary',
  fr: () => 'Relancez quand ce sera fini, ou sur le primaire',
})
const widenSequence = message<{ statement: string }>('postgres.sequence-widen', {
  en: (p) => `${p.statement}   -- at once, no row is touched`,
  fr: (p) => `${p.statement}   -- immédiat, aucune ligne n'est touchée`,
})
const widenColumn = message<{ statement: string; table: string; column: string; bytes: number | null }>(
  'postgres.sequence-widen-column',
  {
    en: (p, f) =>
      `${p.statement}   -- writes ${p.bytes === null ? 'the whole table' : `all of the table (${f.bytes(p.bytes)})`} anew, and nobody reads or writes it meanwhile. For a large table, without a stop: add a bigint column to ${p.table}, copy ${p.column} to it by a trigger and in batches, build the unique index CONCURRENTLY, then exchange the names in one short transaction. Columns that refer to it need bigint as well`,
    fr: (p, f) =>
      `${p.statement}   -- réécrit ${p.bytes === null ? 'toute la table' : `toute la table (${f.bytes(p.bytes)})`}, que personne ne lit ni n'écrit pendant ce temps. Pour une grande table, sans arrêt : ajoutez une colonne bigint à ${p.table}, copiez-y ${p.column} par un trigger et par lots, créez l'index unique CONCURRENTLY, puis échangez les noms dans une courte transaction. Les colonnes qui la référencent ont aussi besoin de bigint`,
  },
)
const widenDomain = message<{ table: string; column: string }>('postgres.sequence-widen-domain', {
  en: (p) =>
    `Give ${p.column} of ${p.table} a domain over bigint, or bigint itself: a domain cannot change what it is made of`,
  fr: (p) =>
    `Donnez à ${p.column} de ${p.table} un domaine sur bigint, ou bigint : un domaine ne peut changer son type de base`,
})
const atItsEnd = message<{ name: string }>('postgres.sequence-at-end', {
  en: (p) =>
    `${p.name} is as wide as PostgreSQL allows. Find out who takes so many: a sequence goes on at each failed insert and each ON CONFLICT too`,
  fr: (p) =>
    `${p.name} est aussi large que PostgreSQL le permet. Cherchez qui en consomme autant : une séquence avance aussi à chaque insertion refusée et à chaque ON CONFLICT`,
})
const beginsAgain = message<{ statement: string }>('postgres.sequence-cycles', {
  en: (p) => `${p.statement}   -- it would begin again, and its column refuses what is taken`,
  fr: (p) => `${p.statement}   -- elle recommencerait, et sa colonne refuse une valeur déjà prise`,
})

export const sequenceTexts = [
  ...[filling, wideEnough, noSequences, unseenSequences, readSequences, lookAgain, widenSequence],
  ...[widenColumn, widenDomain, atItsEnd, beginsAgain],
]

const widest = 2 ** 63 - 1

/** The statement that gives more values, or the way to it. The sequence of an identity column follows its column. */
export function widen(sequence: Sequence, { endsBy }: Fill): Text {
  const { column, cycles, increment, min, max } = sequence
  const name = quoted(sequence.schema, sequence.name)
  const noLimit = increment > 0 ? 'NO MAXVALUE' : 'NO MINVALUE'
  if (endsBy === 'column' && column !== null) return ofColumn(`ALTER SEQUENCE ${name} AS bigint ${noLimit};`, column)
  if ((increment > 0 ? max : -min) >= widest) return atItsEnd({ name })
  const type = column !== null && wholeNumbers.includes(column.type) ? column.type : 'bigint'
  const statement = `ALTER SEQUENCE ${name} AS ${type} ${noLimit}`
  return cycles ? beginsAgain({ statement: `${statement} NO CYCLE;` }) : widenSequence({ statement: `${statement};` })
}

const wholeNumbers: readonly string[] = ['smallint', 'integer', 'bigint']

function ofColumn(widenOwn: string, column: NonNullable<Sequence['column']>): Text {
  const table = quoted(column.schema, column.table)
  const of = quoted(column.name)
  if (column.isDomain) return widenDomain({ table, column: of })
  const statement = `ALTER TABLE ${table} ALTER COLUMN ${of} TYPE bigint;${column.isIdentity ? '' : ` ${widenOwn}`}`
  return widenColumn({ statement, table, column: of, bytes: column.bytes })
}
