import { message } from '../../../core/message.ts'

export const noTar = message<{ volume: string; tried: readonly string[] }>('volume.no-tar', {
  en: (p, f) =>
    p.tried.length === 0
      ? `The volume ${p.volume} cannot be read: Vigie may not read its folder itself, and the engine has no image with tar.`
      : `The volume ${p.volume} cannot be read: Vigie may not read its folder itself, and there is no tar in ${f.list(p.tried)}.`,
  fr: (p, f) =>
    p.tried.length === 0
      ? `Le volume ${p.volume} ne peut pas être lu : Vigie ne peut pas lire son dossier elle-même, et le moteur n'a aucune image avec tar.`
      : `Le volume ${p.volume} ne peut pas être lu : Vigie ne peut pas lire son dossier elle-même, et il n'y a pas tar dans ${f.list(p.tried)}.`,
})
export const noTarHint = message('volume.no-tar-hint', {
  en: () =>
    "Run `docker pull debian:stable-slim` and name it with image: 'debian:stable-slim', or run Vigie as root on the machine of the engine. Vigie pulls no image by itself.",
  fr: () =>
    "Lancez `docker pull debian:stable-slim` et indiquez-la par image: 'debian:stable-slim', ou lancez Vigie en root sur la machine du moteur. Vigie ne télécharge aucune image elle-même.",
})
export const noImage = message<{ image: string }>('volume.no-image', {
  en: (p) => `The engine does not have the image ${p.image}.`,
  fr: (p) => `Le moteur n'a pas l'image ${p.image}.`,
})
export const noImageHint = message<{ image: string }>('volume.no-image-hint', {
  en: (p) => `Run \`docker pull ${p.image}\`, or name another with "image". Vigie pulls no image by itself.`,
  fr: (p) =>
    `Lancez \`docker pull ${p.image}\`, ou indiquez-en une autre par « image ». Vigie ne télécharge aucune image elle-même.`,
})
export const needsGnuTar = message<{ by: string }>('volume.needs-gnu-tar', {
  en: (p) =>
    `The archive was made by GNU tar and holds what the tar of ${p.by} cannot bring back (attributes, long names, holes).`,
  fr: (p) =>
    `L'archive a été faite par GNU tar et contient ce que le tar de ${p.by} ne sait pas rétablir (attributs, noms longs, trous).`,
})
export const tarFailed = message<{ volume: string; verb: 'read' | 'write'; detail: string }>('volume.tar-failed', {
  en: (p) => `The volume ${p.volume} could not be ${p.verb === 'read' ? 'read' : 'written'}: ${p.detail}`,
  fr: (p) => `Le volume ${p.volume} n'a pas pu être ${p.verb === 'read' ? 'lu' : 'écrit'} : ${p.detail}`,
})
export const tarFull = message<{ volume: string; detail: string }>('volume.tar-full', {
  en: (p) => `There is no space left for the volume ${p.volume}: ${p.detail}`,
  fr: (p) => `Il n'y a plus de place pour le volume ${p.volume} : ${p.detail}`,
})
export const changedMeanwhile = message<{ volume: string; detail: string }>('volume.changed-meanwhile', {
  en: (p) => `The volume ${p.volume} was changed while it was copied, so the copy does not count: ${p.detail}`,
  fr: (p) => `Le volume ${p.volume} a été modifié pendant sa copie, la copie ne compte donc pas : ${p.detail}`,
})
export const changedHint = message('volume.changed-hint', {
  en: () => "Set whileInUse: 'pause' (a short pause) or 'stop', and look who else writes to it.",
  fr: () => "Utilisez whileInUse: 'pause' (une courte pause) ou 'stop', et vérifiez qui d'autre y écrit.",
})
export const noAttributes = message<{ volume: string; by: string }>('volume.no-attributes', {
  en: (p) =>
    `Extended attributes and ACLs of ${p.volume} are not kept: ${p.by} has no GNU tar. Name an image that has it with "image", such as debian:stable-slim.`,
  fr: (p) =>
    `Les attributs étendus et les ACL de ${p.volume} ne sont pas gardés : ${p.by} n'a pas GNU tar. Indiquez par « image » une image qui l'a, comme debian:stable-slim.`,
})
export const accessTexts = [
  ...[
    noTar,
    noTarHint,
    noImage,
    noImageHint,
    needsGnuTar,
    tarFailed,
    tarFull,
    changedMeanwhile,
    changedHint,
    noAttributes,
  ],
]
