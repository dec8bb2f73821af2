import { message } from '../../core/message.ts'

export const none = message('backups.verify-none', {
  en: () => 'there is no backup to verify',
  fr: () => "il n'y a aucune sauvegarde à vérifier",
})
export const damaged = message<{ count: number; of: number }>('backups.verify-damaged', {
  en: (p, f) =>
    `${f.number(p.count)} of ${f.plural(p.of, { one: '1 backup', other: `${f.number(p.of)} backups` })} cannot be relied on`,
  fr: (p, f) =>
    `${f.number(p.count)} sur ${f.plural(p.of, { one: '1 sauvegarde', other: `${f.number(p.of)} sauvegardes` })} : on ne peut pas s'y fier`,
})
export const sound = message<{ count: number; read: number; compared?: number }>('backups.verify-sound', {
  en: (p, f) =>
    `${f.plural(p.count, { one: '1 backup is', other: `${f.number(p.count)} backups are` })} there with ${p.count === 1 ? 'its size' : 'their sizes'}; every byte of ${f.number(p.read)} was read${p.compared === undefined || p.compared === 0 ? '' : `, and ${f.plural(p.compared, { one: '1 thing', other: `${f.number(p.compared)} things` })} in ${p.read === 1 ? 'it' : 'them'} compared`}`,
  fr: (p, f) =>
    `${f.plural(p.count, { one: '1 sauvegarde présente', other: `${f.number(p.count)} sauvegardes présentes` })}, aux bonnes tailles ; chaque octet de ${f.number(p.read)} a été lu${p.compared === undefined || p.compared === 0 ? '' : f.plural(p.compared, { one: ', et 1 point comparé', other: `, et ${f.number(p.compared)} points comparés` })}`,
})
export const unread = message<{ count: number }>('backups.verify-unread', {
  en: (p, f) =>
    `${f.plural(p.count, { one: '1 backup is', other: `${f.number(p.count)} backups are` })} there, but encrypted for a key that is not on this machine: what is in ${p.count === 1 ? 'it' : 'them'} was not proved`,
  fr: (p, f) =>
    `${f.plural(p.count, { one: '1 sauvegarde présente, mais chiffrée', other: `${f.number(p.count)} sauvegardes présentes, mais chiffrées` })} pour une clé absente de cette machine : le contenu n'est pas prouvé`,
})
export const unreadHint = message('backups.verify-unread-hint', {
  en: () => 'Drill where the key is, or give it here: encrypt: { identity: secretFile(…) }',
  fr: () => "Faites l'exercice là où est la clé, ou donnez-la ici : encrypt: { identity: secretFile(…) }",
})
export const makeAnother = message<{ entry: string }>('backups.verify-remedy', {
  en: (p) => `Make a new one now: vigie backups create ${p.entry}. The other good ones still count.`,
  fr: (p) =>
    `Faites-en une autre maintenant : vigie backups create ${p.entry}. Les autres, intactes, comptent toujours.`,
})
/** `actual` tells what of it: `2 files: a/b, c`. */
export const sourceDiffers = message<{ component: string; name: string; actual: string; id: string }>(
  'backups.verify-source-differs',
  {
    en: (p) => `${p.component} itself is not what it looks like, compared with backup ${p.id}: ${p.name}: ${p.actual}`,
    fr: (p) => `${p.component} n'est plus ce qu'il paraît, comparé à la sauvegarde ${p.id} : ${p.name} : ${p.actual}`,
  },
)
export const sourceRemedy = message<{ id: string; component: string }>('backups.verify-source-remedy', {
  en: (p) =>
    `The backup is right: bring it back beside (vigie backups restore ${p.id} --component ${p.component}), compare, and look at the disk and at who writes there`,
  fr: (p) =>
    `La sauvegarde est juste : ramenez-la à côté (vigie backups restore ${p.id} --component ${p.component}), comparez, et examinez le disque et qui y écrit`,
})

export const verifyTexts = [...[none, damaged, sound, unread, unreadHint, makeAnother, sourceDiffers, sourceRemedy]]
