import type { KnownSeries } from './known-series.ts'

const of = 'by (system, component)'
const ofMount = 'by (system, component, mount)'
/** Of our own targets alone: an existing Prometheus may have others. */
const own = 'system!=""'
/** What is no disk that fills up. */
const disks = `${own},fstype!~"tmpfs|devtmpfs|ramfs|overlay|squashfs|iso9660|fuse.lxcfs|autofs|nsfs|proc|sysfs"`

const size = `node_filesystem_size_bytes{${disks}}`
const free = `node_filesystem_free_bytes{${disks}}`
const available = `node_filesystem_avail_bytes{${disks}}`
const used = `(${size} - ${free})`
const processors = `count ${of} (node_cpu_seconds_total{${own},mode="idle"})`

/** As the host checks measure, from node_exporter. As df counts: what is kept for root is neither used nor available. */
export const hostSeries: readonly KnownSeries[] = [
  {
    name: 'host_cpu_ratio',
    labels: [],
    expr: `1 - sum ${of} (rate(node_cpu_seconds_total{${own},mode=~"idle|iowait"}[1m])) / ${processors}`,
  },
  ratioOf('host_memory_ratio', 'node_memory_MemAvailable_bytes', 'node_memory_MemTotal_bytes'),
  ratioOf('host_swap_ratio', 'node_memory_SwapFree_bytes', 'node_memory_SwapTotal_bytes'),
  ...(['1', '5', '15'] as const).map((minutes) => ({
    name: `host_load_${minutes}m_ratio`,
    labels: [],
    expr: `max ${of} (node_load${minutes}{${own}}) / ${processors}`,
  })),
  onMount('host_disk_used_bytes', used),
  onMount('host_disk_free_bytes', available),
  {
    name: 'host_disk_used_ratio',
    labels: ['mount'],
    expr: 'host_disk_used_bytes / (host_disk_used_bytes + host_disk_free_bytes > 0)',
  },
  onMount(
    'host_disk_inodes_ratio',
    `(1 - node_filesystem_files_free{${disks}} / (node_filesystem_files{${disks}} > 0))`,
  ),
  {
    name: 'host_disk_growth_bytes_per_day',
    labels: ['mount'],
    expr: 'deriv(host_disk_used_bytes[1d]) * 86400',
  },
  {
    name: 'host_disk_days_until_full',
    labels: ['mount'],
    expr: 'host_disk_free_bytes / (host_disk_growth_bytes_per_day > 0)',
  },
  onInterface('host_network_receive_bytes_total', 'node_network_receive_bytes_total'),
  onInterface('host_network_transmit_bytes_total', 'node_network_transmit_bytes_total'),
]

function ratioOf(name: string, left: string, all: string): KnownSeries {
  return { name, labels: [], expr: `1 - max ${of} (${left}{${own}}) / (max ${of} (${all}{${own}}) > 0)` }
}

function onMount(name: string, expr: string): KnownSeries {
  return {
    name,
    labels: ['mount'],
    expr: `max ${ofMount} (label_replace(${expr}, "mount", "$1", "mountpoint", "(.*)"))`,
  }
}

function onInterface(name: string, series: string): KnownSeries {
  const named = `label_replace(${series}{${own},device!="lo"}, "interface", "$1", "device", "(.*)")`
  return { name, labels: ['interface'], expr: `max by (system, component, interface) (${named})` }
}
