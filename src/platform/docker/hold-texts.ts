import { message } from '../../core/message.ts'

export const notReleased = message<{ containers: readonly string[]; how: 'stop' | 'pause'; detail: string }>(
  'docker.not-released',
  {
    en: (p, f) =>
      `${f.list(p.containers)} ${p.how === 'stop' ? 'was stopped for a copy and could not be started again' : 'was paused for a copy and could not be let go on'}: ${p.detail}`,
    fr: (p, f) =>
      `${f.list(p.containers)} : ${p.how === 'stop' ? 'arrêt pour une copie, et impossible à redémarrer' : 'mise en pause pour une copie, et impossible à reprendre'} : ${p.detail}`,
  },
)
export const notReleasedHint = message<{ command: string }>('docker.not-released-hint', {
  en: (p) => `Run: ${p.command}. Vigie tries again at its next work on this volume.`,
  fr: (p) => `Lancez : ${p.command}. Vigie réessaiera lors de son prochain travail sur ce volume.`,
})
export const notHeld = message<{ container: string; how: 'stop' | 'pause'; state: string }>('docker.not-held', {
  en: (p) => `The container ${p.container} was told to ${p.how} and is ${p.state}.`,
  fr: (p) =>
    `Le conteneur ${p.container} devait ${p.how === 'stop' ? "s'arrêter" : 'se mettre en pause'} et est dans l'état « ${p.state} ».`,
})
export const holdTexts = [notReleased, notReleasedHint, notHeld]
