import { message } from '../../core/message.ts'
import { figure, limitText, placeIn, type TitleParams } from '../title-words.ts'
import type { ReadyRule } from './ready-rule.ts'

const cpu = message<TitleParams>('alerts.cpu', {
  en: (p, f) => `${placeIn(p)}: processors at ${figure(p.value, p.family, f)}, ${limitText(p, f)}`,
  fr: (p, f) => `${placeIn(p)} : processeurs à ${figure(p.value, p.family, f)}, ${limitText(p, f)}`,
})
const cpuRemedy = message('alerts.cpu-remedy', {
  en: () => 'Find the process that computes: top -o %CPU',
  fr: () => 'Trouvez le processus qui calcule : top -o %CPU',
})
const memory = message<TitleParams>('alerts.memory', {
  en: (p, f) => `${placeIn(p)}: memory at ${figure(p.value, p.family, f)}, ${limitText(p, f)}`,
  fr: (p, f) => `${placeIn(p)} : mémoire à ${figure(p.value, p.family, f)}, ${limitText(p, f)}`,
})
const memoryRemedy = message('alerts.memory-remedy', {
  en: () =>
    'Find the process that holds it: top -o %MEM; the kernel tells whom it killed: journalctl -k -g "out of memory"',
  fr: () =>
    'Trouvez le processus qui la retient : top -o %MEM ; le noyau dit qui il a arrêté : journalctl -k -g "out of memory"',
})
const disk = message<TitleParams>('alerts.disk', {
  en: (p, f) => `${placeIn(p)}: disk ${figure(p.value, p.family, f)} full, ${limitText(p, f)}`,
  fr: (p, f) => `${placeIn(p)} : disque plein à ${figure(p.value, p.family, f)}, ${limitText(p, f)}`,
})
const inodes = message<TitleParams>('alerts.inodes', {
  en: (p, f) => `${placeIn(p)}: ${figure(p.value, p.family, f)} of the inodes are used, ${limitText(p, f)}`,
  fr: (p, f) => `${placeIn(p)} : ${figure(p.value, p.family, f)} des inodes sont pris, ${limitText(p, f)}`,
})
const diskDays = message<TitleParams>('alerts.disk-days', {
  en: (p, f) => `${placeIn(p)}: the disk will be full in ${figure(p.value, p.family, f)}, at its growth of late`,
  fr: (p, f) => `${placeIn(p)} : le disque sera plein dans ${figure(p.value, p.family, f)}, à son rythme récent`,
})
const diskRemedy = message('alerts.disk-remedy', {
  en: () => 'See what fills it: du -xh --max-depth=2 / | sort -h | tail; old files: vigie run monthly --dry-run',
  fr: () =>
    'Voyez ce qui le remplit : du -xh --max-depth=2 / | sort -h | tail ; les vieux fichiers : vigie run monthly --dry-run',
})

/**
 * Processors and memory as the guides say: 75 % and 80 % are watched, 80 % and 85 % for 5 minutes are alerted. Disks as
 * the host-disk check: 80 % leaves room for a dump, 90 % is near the end; two weekly routines ahead, and a long week-end.
 * What does not grow any more has no days left to tell, which its growth says.
 */
export const hostRules: readonly ReadyRule[] = [
  { id: 'host-cpu', rule: 'host_cpu_ratio > 80% for 5m as high', title: cpu, remedy: cpuRemedy },
  {
    id: 'host-cpu-warning',
    rule: 'host_cpu_ratio > 75% for 5m as medium',
    title: cpu,
    remedy: cpuRemedy,
    weakerThan: 'host-cpu',
  },
  { id: 'host-memory', rule: 'host_memory_ratio > 85% for 5m as high', title: memory, remedy: memoryRemedy },
  {
    id: 'host-memory-warning',
    rule: 'host_memory_ratio > 80% for 5m as medium',
    title: memory,
    remedy: memoryRemedy,
    weakerThan: 'host-memory',
  },
  { id: 'host-disk', rule: 'host_disk_used_ratio > 90% for 5m as high', title: disk, remedy: diskRemedy },
  {
    id: 'host-disk-warning',
    rule: 'host_disk_used_ratio > 80% clear at 78% for 5m as medium',
    title: disk,
    remedy: diskRemedy,
    weakerThan: 'host-disk',
  },
  { id: 'host-inodes', rule: 'host_disk_inodes_ratio > 90% for 5m as high', title: inodes, remedy: diskRemedy },
  {
    id: 'host-disk-days',
    rule: 'host_disk_days_until_full < 3d and host_disk_growth_bytes_per_day > 0 for 1h as high',
    title: diskDays,
    remedy: diskRemedy,
  },
  {
    id: 'host-disk-days-warning',
    rule: 'host_disk_days_until_full < 14d and host_disk_growth_bytes_per_day > 0 for 1h as medium',
    title: diskDays,
    remedy: diskRemedy,
    weakerThan: 'host-disk-days',
  },
]
