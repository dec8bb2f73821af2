import { message } from '../../core/message.ts'

export const rebootSummary = message('host.reboot-summary', {
  en: () => 'no update waits for a reboot',
  fr: () => "aucune mise à jour n'attend un redémarrage",
})
export const required = message<{ packages: readonly string[]; by: string }>('host.reboot-required', {
  en: (p, f) => `a reboot is required${p.packages.length === 0 ? '' : ` for ${f.list(p.packages)}`} (${p.by})`,
  fr: (p, f) =>
    `un redémarrage est nécessaire${p.packages.length === 0 ? '' : ` pour ${f.list(p.packages)}`} (${p.by})`,
})
export const olderKernel = message<{ running: string; newest: string }>('host.older-kernel', {
  en: (p) => `kernel ${p.running} runs, ${p.newest} is installed: a reboot is required`,
  fr: (p) => `le noyau ${p.running} tourne, ${p.newest} est installé\u00a0: un redémarrage est nécessaire`,
})
export const rebootRemedy = message('host.reboot-remedy', {
  en: () => 'Reboot at a quiet hour: systemctl reboot',
  fr: () => 'Redémarrez à une heure creuse\u00a0: systemctl reboot',
})
export const noEvidence = message('host.reboot-unknown', {
  en: () =>
    'nothing on this host tells whether a reboot is required: the running kernel is not in /boot, and no package notes it',
  fr: () =>
    "rien sur cet hôte ne dit si un redémarrage est nécessaire\u00a0: le noyau qui tourne n'est pas dans /boot, et aucun paquet ne le note",
})
export const installHint = message('host.reboot-hint', {
  en: () => 'apt-get install unattended-upgrades (Debian, Ubuntu) or dnf install yum-utils (RHEL)',
  fr: () => 'apt-get install unattended-upgrades (Debian, Ubuntu) ou dnf install yum-utils (RHEL)',
})
export const inContainer = message('host.reboot-container', {
  en: () => 'this is a container: its kernel is the one of its host',
  fr: () => "ceci est un conteneur\u00a0: son noyau est celui de l'hôte",
})
export const fine = message<{ running: string; looked: readonly string[] }>('host.reboot-not-required', {
  en: (p, f) => `no reboot required, kernel ${p.running} (looked at ${f.list(p.looked)})`,
  fr: (p, f) => `aucun redémarrage nécessaire, noyau ${p.running} (examiné\u00a0: ${f.list(p.looked)})`,
})
export const rebootTexts = [required, olderKernel, rebootRemedy, noEvidence, installHint, inContainer, fine]
