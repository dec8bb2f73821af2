import { readdir, readFile, stat } from 'node:fs/promises'
import { release } from 'node:os'
import { z } from 'zod'
import { defineCheck } from '../../../core/check.ts'
import { message } from '../../../core/message.ts'
import type { HostOptions } from '../options.ts'

const required = message<{ packages: string }>('host.reboot-required', {
  en: (p) => `a reboot is required${p.packages === '' ? '' : ` for ${p.packages}`}`,
  fr: (p) => `un redémarrage est nécessaire${p.packages === '' ? '' : ` pour ${p.packages}`}`,
})
const olderKernel = message<{ running: string; newest: string }>('host.older-kernel', {
  en: (p) => `kernel ${p.running} runs, ${p.newest} is installed: a reboot is required`,
  fr: (p) => `le noyau ${p.running} tourne, ${p.newest} est installé : un redémarrage est nécessaire`,
})
const noEvidence = message('host.reboot-unknown', {
  en: () => 'nothing on this host tells whether a reboot is required: no kernel in /boot, no package that notes it',
  fr: () =>
    'rien sur cet hôte ne dit si un redémarrage est nécessaire : pas de noyau dans /boot, aucun paquet qui le note',
})
const installHint = message('host.reboot-hint', {
  en: () => 'apt-get install unattended-upgrades',
  fr: () => 'apt-get install unattended-upgrades',
})
const fine = message<{ running: string }>('host.reboot-not-required', {
  en: (p) => `no reboot required, kernel ${p.running}`,
  fr: (p) => `aucun redémarrage nécessaire, noyau ${p.running}`,
})

export interface Sample {
  readonly isNoted: boolean
  readonly packages: readonly string[]
  /** A package that writes the note is installed: then its absence says something. */
  readonly hasNoter: boolean
  readonly running: string
  readonly installed: readonly string[]
}

/** Does an update wait for a reboot? The absence of a note is only believed where something would write it. */
export const rebootRequiredCheck = defineCheck<HostOptions>()({
  kind: 'host-reboot-required',
  summary: message('host.reboot-summary', {
    en: () => 'no update waits for a reboot',
    fr: () => 'aucune mise à jour n’attend un redémarrage',
  }),
  options: z.strictObject({}),
  cadence: 'daily',
  criticality: 'important',
  messages: [required, olderKernel, noEvidence, installHint, fine],
  probe: async (): Promise<Sample> => {
    const exists = (file: string): Promise<boolean> =>
      stat(file).then(
        () => true,
        () => false,
      )
    const packages = await readFile('/var/run/reboot-required.pkgs', 'utf8').catch(() => '')
    const boot = await readdir('/boot').catch(() => [])
    return {
      isNoted: await exists('/var/run/reboot-required'),
      packages: [...new Set(packages.split('\n').filter((line) => line !== ''))],
      hasNoter: (await exists('/usr/share/unattended-upgrades')) || (await exists('/usr/share/update-notifier')),
      running: release(),
      installed: boot.filter((name) => name.startsWith('vmlinuz-')).map((name) => name.slice('vmlinuz-'.length)),
    }
  },
  judge: ({ isNoted, packages, hasNoter, running, installed }) => {
    if (isNoted) return { status: 'warn', saw: 1, reason: required({ packages: packages.join(', ') }) }
    const newest = installed.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1)
    const isOfBoot = installed.includes(running)
    if (newest !== undefined && isOfBoot && newest !== running)
      return { status: 'warn', saw: 1, reason: olderKernel({ running, newest }) }
    if (!hasNoter && !isOfBoot)
      return { status: 'skipped', because: 'by-design', reason: noEvidence({}), remedy: installHint({}) }
    return { status: 'pass', saw: 1, reason: fine({ running }) }
  },
})
