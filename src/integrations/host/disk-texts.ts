import { message } from '../../core/message.ts'
import { shellWord } from '../../core/shell-word.ts'
import type { FindingDraft } from '../../core/verdict.ts'
import type { Space } from './space.ts'

export const diskSummary = message('host.disk-summary', {
  en: () => 'disks are not filling up',
  fr: () => 'les disques ne se remplissent pas',
})
const full = message<{ mount: string; ratio: number; freeBytes: number }>('host.disk-full', {
  en: (p, f) => `${p.mount} is ${f.percent(p.ratio)} full, ${f.bytes(p.freeBytes)} free`,
  fr: (p, f) => `${p.mount} est plein à ${f.percent(p.ratio)}, ${f.bytes(p.freeBytes)} libres`,
})
const inodes = message<{ mount: string; ratio: number }>('host.disk-inodes', {
  en: (p, f) => `${p.mount} has used ${f.percent(p.ratio)} of its inodes: no new file will fit soon`,
  fr: (p, f) =>
    `${p.mount} a consommé ${f.percent(p.ratio)} de ses inodes\u00a0: bientôt plus aucun fichier ne pourra être créé`,
})
const filling = message<{ mount: string; leftMs: number; bytesPerDay: number }>('host.disk-filling', {
  en: (p, f) => `${p.mount} will be full in ${f.duration(p.leftMs)}: it grows by ${f.bytes(p.bytesPerDay)} a day`,
  fr: (p, f) =>
    `${p.mount} sera plein dans ${f.duration(p.leftMs)}\u00a0: il grossit de ${f.bytes(p.bytesPerDay)} par jour`,
})
const spaceRemedy = message<{ path: string }>('host.disk-remedy', {
  en: (p) => `du -xh --max-depth=2 ${p.path} | sort -h | tail`,
  fr: (p) => `du -xh --max-depth=2 ${p.path} | sort -h | tail`,
})
const inodesRemedy = message<{ path: string }>('host.disk-inodes-remedy', {
  en: (p) => `du -x --inodes --max-depth=2 ${p.path} | sort -n | tail`,
  fr: (p) => `du -x --inodes --max-depth=2 ${p.path} | sort -n | tail`,
})
export const unreadable = message<{ mount: string; detail: string }>('host.disk-unreadable', {
  en: (p) => `could not tell: ${p.mount} does not say how full it is (${p.detail})`,
  fr: (p) => `indéterminé\u00a0: ${p.mount} ne dit pas son remplissage (${p.detail})`,
})
export const notMounted = message<{ mount: string }>('host.disk-not-mounted', {
  en: (p) => `could not tell: nothing is mounted on ${p.mount}`,
  fr: (p) => `indéterminé\u00a0: rien n'est monté sur ${p.mount}`,
})
export const unreadableRemedy = message<{ path: string }>('host.disk-unreadable-remedy', {
  en: (p) =>
    `Does its server answer? Ask it yourself: timeout 10 df ${p.path}; who serves it: findmnt --target ${p.path}`,
  fr: (p) =>
    `Son serveur répond-il\u00a0? Demandez vous-même\u00a0: timeout 10 df ${p.path}\u00a0; qui le sert\u00a0: findmnt --target ${p.path}`,
})
export const notMountedRemedy = message<{ path: string }>('host.disk-not-mounted-remedy', {
  en: (p) => `Mount it: mount ${p.path}; or take it out of the component's mounts. What is mounted: findmnt`,
  fr: (p) =>
    `Montez-le\u00a0: mount ${p.path}\u00a0; ou ôtez-le des mounts du composant. Ce qui est monté\u00a0: findmnt`,
})
export const fine = message<{ count: number; mount: string; ratio: number }>('host.disk-fine', {
  en: (p, f) =>
    `${f.plural(p.count, { one: '1 file system', other: `${p.count} file systems` })}, fullest ${p.mount} at ${f.percent(p.ratio)}`,
  fr: (p, f) =>
    `${f.plural(p.count, { one: '1 système de fichiers', other: `${p.count} systèmes de fichiers` })}, le plus plein ${p.mount} à ${f.percent(p.ratio)}`,
})
export const diskTexts = [
  full,
  inodes,
  filling,
  spaceRemedy,
  inodesRemedy,
  unreadable,
  unreadableRemedy,
  notMounted,
  notMountedRemedy,
  fine,
]

interface Level {
  readonly used: number
  readonly usedInodes: number | undefined
  readonly bytesPerDay: number | undefined
  readonly daysLeft: number | undefined
}

interface Limits {
  readonly warn: number
  readonly fail: number
  readonly warnDaysLeft: number
  readonly failDaysLeft: number
}

/** The worst of what is wrong with one file system; of equals, what is full before what will be. */
export function diskProblem(mount: string, space: Space, level: Level, limits: Limits): FindingDraft | undefined {
  const { used, usedInodes = 0, bytesPerDay = 0, daysLeft = Number.POSITIVE_INFINITY } = level
  const path = shellWord(mount)
  const severityOf = (isBad: boolean): 'high' | 'medium' => (isBad ? 'high' : 'medium')
  const problems: FindingDraft[] = []
  if (used >= limits.warn) {
    const title = full({ mount, ratio: used, freeBytes: space.availableBytes })
    problems.push({ subject: mount, severity: severityOf(used >= limits.fail), title, remedy: spaceRemedy({ path }) })
  }
  if (usedInodes >= limits.warn) {
    const [title, severity] = [inodes({ mount, ratio: usedInodes }), severityOf(usedInodes >= limits.fail)]
    problems.push({ subject: mount, severity, title, remedy: inodesRemedy({ path }) })
  }
  if (daysLeft <= limits.warnDaysLeft) {
    const title = filling({ mount, leftMs: daysLeft * 86_400_000, bytesPerDay })
    const severity = severityOf(daysLeft <= limits.failDaysLeft)
    problems.push({ subject: mount, severity, title, remedy: spaceRemedy({ path }) })
  }
  return problems.find(({ severity }) => severity === 'high') ?? problems[0]
}
