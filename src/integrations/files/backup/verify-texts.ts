import { message } from '../../../core/message.ts'

export const livingSame = message<{ same: number; of: number; changed: number; recent: number; unread: number }>(
  'files.verify-living',
  {
    en: (p, f) =>
      `of ${f.plural(p.of, { one: '1 sampled file', other: `${f.number(p.of)} sampled files` })}, ${f.number(p.same)} are in the living tree as they were, ${f.number(p.changed)} were changed or removed since${p.recent === 0 ? '' : `, ${f.number(p.recent)} were written to just before the copy and not compared`}${p.unread === 0 ? '' : `, ${f.number(p.unread)} cannot be read there`}`,
    fr: (p, f) =>
      `sur ${f.plural(p.of, { one: '1 fichier échantillonné', other: `${f.number(p.of)} fichiers échantillonnés` })}, ${f.number(p.same)} sont inchangés dans l'arborescence actuelle, ${f.number(p.changed)} ont été modifiés ou supprimés depuis${p.recent === 0 ? '' : `, ${f.number(p.recent)} ont été modifiés juste avant la copie et non comparés`}${p.unread === 0 ? '' : `, ${f.number(p.unread)} y sont illisibles`}`,
  },
)
export const noLiving = message<{ path: string; detail: string }>('files.verify-no-living', {
  en: (p) => `nothing was compared with the living tree: ${p.path} cannot be looked at (${p.detail})`,
  fr: (p) => `rien n'a été comparé à l'arborescence actuelle : ${p.path} ne peut pas être examiné (${p.detail})`,
})
export const otherKey = message('files.verify-other-key', {
  en: () => 'contents of files were not compared: their sample was taken by another installation of Vigie',
  fr: () =>
    "les contenus de fichiers n'ont pas été comparés : leur échantillon a été pris par une autre installation de Vigie",
})
export const verifyTexts = [livingSame, noLiving, otherKey]
