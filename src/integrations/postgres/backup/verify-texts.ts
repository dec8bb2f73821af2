import { message } from '../../../core/message.ts'

export const sampledRows = message<{ rows: number; same: number; changed: number; gone: number; tables: number }>(
  'postgres.verify-sampled',
  {
    en: (p, f) =>
      [
        `sampled rows: ${f.number(p.rows)} in ${f.plural(p.tables, { one: '1 table', other: `${f.number(p.tables)} tables` })}`,
        `in the living database as they were: ${f.number(p.same)}`,
        `changed since: ${f.number(p.changed)}`,
        `removed since: ${f.number(p.gone)}`,
      ].join('; '),
    fr: (p, f) =>
      [
        `lignes échantillonnées : ${f.number(p.rows)} dans ${f.plural(p.tables, { one: '1 table', other: `${f.number(p.tables)} tables` })}`,
        `inchangées dans la base actuelle : ${f.number(p.same)}`,
        `modifiées depuis : ${f.number(p.changed)}`,
        `supprimées depuis : ${f.number(p.gone)}`,
      ].join(' ; '),
  },
)
export const goneWhole = message<{ tables: readonly string[]; count: number }>('postgres.verify-gone-whole', {
  en: (p, f) =>
    `no sampled row of ${f.list(p.tables)} is in the living database any more, though there are others: filled anew, or another database than the one that was copied`,
  fr: (p, f) =>
    `aucune ligne échantillonnée de ${f.list(p.tables)} n'est encore dans la base actuelle, qui en a pourtant d'autres : remplie à neuf, ou une autre base que celle qui a été copiée`,
})
export const notAsked = message<{ tables: readonly string[]; count: number }>('postgres.verify-not-asked', {
  en: (p, f) =>
    `the living database was not asked for rows of ${f.list(p.tables)}: altered or dropped since, locked, too slow, or not for this role`,
  fr: (p, f) =>
    `les lignes de ${f.list(p.tables)} n'ont pas été demandées à la base actuelle : table modifiée ou supprimée depuis, verrouillée, trop lente, ou interdite à ce rôle`,
})
export const noLiving = message('postgres.verify-no-living', {
  en: () => 'no row was compared with the living database, which cannot be asked:',
  fr: () => "aucune ligne n'a été comparée à la base actuelle, qui ne peut pas être interrogée :",
})
export const notRead = message('postgres.verify-not-read', {
  en: () => 'every byte of the dump is as it was written; its rows were not counted:',
  fr: () => "chaque octet du dump est tel qu'il a été écrit ; ses lignes n'ont pas été comptées :",
})
export const verifyTexts = [sampledRows, goneWhole, notAsked, noLiving, notRead]
