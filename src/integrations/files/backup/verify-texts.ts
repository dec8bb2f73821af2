import { message } from '../../../core/message.ts'

export const livingSame = message<{ same: number; of: number; changed: number; recent: number; unread: number }>(
  'files.verify-living',
  {
    en: (p, f) =>
      [
        `sampled files: ${f.number(p.of)}`,
        `in the living tree as they were: ${f.number(p.same)}`,
        `changed or removed since: ${f.number(p.changed)}`,
        ...(p.recent === 0 ? [] : [`written to just before the copy and not compared: ${f.number(p.recent)}`]),
        ...(p.unread === 0 ? [] : [`not to be read there: ${f.number(p.unread)}`]),
      ].join('; '),
    fr: (p, f) =>
      [
        `fichiers échantillonnés : ${f.number(p.of)}`,
        `inchangés dans l'arborescence actuelle : ${f.number(p.same)}`,
        `modifiés ou supprimés depuis : ${f.number(p.changed)}`,
        ...(p.recent === 0 ? [] : [`modifiés juste avant la copie et non comparés : ${f.number(p.recent)}`]),
        ...(p.unread === 0 ? [] : [`illisibles dans l'arborescence : ${f.number(p.unread)}`]),
      ].join(' ; '),
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
