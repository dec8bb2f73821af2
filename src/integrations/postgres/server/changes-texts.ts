import { message } from '../../../core/message.ts'
import { hiddenValue } from './changes.ts'

const english: Readonly<Record<string, string>> = {
  version: 'version of',
  setting: 'setting',
  'role-setting': 'setting of',
  role: 'role',
  member: 'membership',
  extension: 'extension',
  grant: 'privileges on',
}
const french: Readonly<Record<string, string>> = {
  version: 'version de',
  setting: 'réglage',
  'role-setting': 'réglage de',
  role: 'rôle',
  member: 'appartenance',
  extension: 'extension',
  grant: 'privilèges sur',
}

const longest = 300
const shown = (value: string | null, none: string, hidden: string): string =>
  value === null
    ? none
    : value.startsWith(hiddenValue)
      ? hidden
      : value === ''
        ? '–'
        : value.length > longest
          ? `${value.slice(0, longest)}…`
          : value

export const changed = message<{ kind: string; name: string; before: string | null; after: string | null }>(
  'postgres.arrangement-changed',
  {
    en: (p) =>
      `${english[p.kind] ?? p.kind} ${p.name}: ${shown(p.before, 'none or default', 'not shown')} → ${shown(p.after, 'none or default', 'not shown')}`,
    fr: (p) =>
      `${french[p.kind] ?? p.kind} ${p.name} : ${shown(p.before, 'absent ou par défaut', 'non montré')} → ${shown(p.after, 'absent ou par défaut', 'non montré')}`,
  },
)
export const changedRemedy = message('postgres.arrangement-remedy', {
  en: () =>
    "Was it meant? The log of PostgreSQL tells who did it when log_statement = 'ddl'. If it was: vigie findings accept; after a day it is the new base",
  fr: () =>
    "Était-ce voulu ? Le journal de PostgreSQL dit qui l'a fait quand log_statement = 'ddl'. Si oui : vigie findings accept ; après un jour c'est la nouvelle base",
})
export const moreChanges = message<{ count: number }>('postgres.arrangement-more', {
  en: (p, f) => `and ${f.plural(p.count, { one: '1 more change', other: `${f.number(p.count, 0)} more changes` })}`,
  fr: (p, f) =>
    `et ${f.plural(p.count, { one: '1 autre modification', other: `${f.number(p.count, 0)} autres modifications` })}`,
})
export const pendingRestart = message<{ name: string }>('postgres.pending-restart', {
  en: (p) => `setting ${p.name} was changed and waits for a restart of PostgreSQL`,
  fr: (p) => `le réglage ${p.name} a été modifié et attend un redémarrage de PostgreSQL`,
})
export const pendingRemedy = message<{ name: string }>('postgres.pending-restart-remedy', {
  en: (p) =>
    `SELECT sourcefile, setting FROM pg_file_settings WHERE name = '${p.name}'; then restart PostgreSQL at a quiet hour, or take it back: ALTER SYSTEM RESET ${p.name};`,
  fr: (p) =>
    `SELECT sourcefile, setting FROM pg_file_settings WHERE name = '${p.name}'; puis redémarrez PostgreSQL à une heure calme, ou revenez en arrière : ALTER SYSTEM RESET ${p.name};`,
})
export const keptAsBase = message<{ count: number }>('postgres.arrangement-base', {
  en: (p, f) => `first look: ${f.number(p.count, 0)} settings, roles, privileges and extensions kept as the base`,
  fr: (p, f) => `premier examen : ${f.number(p.count, 0)} réglages, rôles, privilèges et extensions gardés comme base`,
})
export const unchanged = message<{ count: number; ageMs: number }>('postgres.arrangement-unchanged', {
  en: (p, f) =>
    `${f.number(p.count, 0)} settings, roles, privileges and extensions are as they were ${f.duration(p.ageMs)} ago`,
  fr: (p, f) =>
    `${f.number(p.count, 0)} réglages, rôles, privilèges et extensions sont comme il y a ${f.duration(p.ageMs)}`,
})
export const partlyHidden = message('postgres.arrangement-hidden', {
  en: () => 'could not tell: the role may not see every setting; what it sees is unchanged',
  fr: () => 'indéterminé : le rôle ne voit pas tous les réglages ; ce qu’il voit est inchangé',
})
export const tooManyGrants = message<{ limit: number }>('postgres.arrangement-cut', {
  en: (p, f) => `could not tell: more than ${f.number(p.limit, 0)} objects have privileges of their own`,
  fr: (p, f) => `indéterminé : plus de ${f.number(p.limit, 0)} objets ont leurs propres privilèges`,
})
export const fewerGrants = message('postgres.arrangement-cut-remedy', {
  en: () => 'GRANT to a role for a group of people instead of to each, on schemas with ALTER DEFAULT PRIVILEGES',
  fr: () => 'Accordez (GRANT) à un rôle de groupe plutôt qu’à chacun, sur des schémas avec ALTER DEFAULT PRIVILEGES',
})

export const changesTexts = [
  ...[changed, changedRemedy, moreChanges, pendingRestart, pendingRemedy, keptAsBase, unchanged],
  ...[partlyHidden, tooManyGrants, fewerGrants],
]
