import { message } from '../../../core/message.ts'

export const noImage = message<{ image: string }>('postgres.drill-no-image', {
  en: (p) => `The engine has no image ${p.image}, of which the server of a drill is started`,
  fr: (p) => `Le moteur n'a pas l'image ${p.image}, dont le serveur d'un exercice est lancé`,
})
export const noImageHint = message<{ image: string }>('postgres.drill-no-image-hint', {
  en: (p) => `docker pull ${p.image}; or name in backup.image the one that the database runs: docker ps`,
  fr: (p) => `docker pull ${p.image} ; ou nommez dans backup.image celle de la base : docker ps`,
})
export const imageLacks = message<{ image: string; program: string }>('postgres.drill-image-lacks', {
  en: (p) => `The image ${p.image} does not have ${p.program}`,
  fr: (p) => `L'image ${p.image} n'a pas ${p.program}`,
})
export const olderImage = message<{ image: string; found: number; major: number }>('postgres.drill-image-older', {
  en: (p) => `The image ${p.image} has PostgreSQL ${p.found}; the copy needs PostgreSQL ${p.major} or newer`,
  fr: (p) => `L'image ${p.image} a PostgreSQL ${p.found} ; la copie demande PostgreSQL ${p.major} ou plus récent`,
})
export const imageLacksHint = message('postgres.drill-image-hint', {
  en: () => 'Name in backup.image one with a server of PostgreSQL, such as that of the database: docker ps',
  fr: () => 'Nommez dans backup.image une image avec un serveur PostgreSQL, comme celle de la base : docker ps',
})
export const imageTexts = [noImage, noImageHint, imageLacks, olderImage, imageLacksHint]
