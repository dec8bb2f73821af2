import { cpuCheck } from '../../../src/integrations/host/checks/cpu.ts'
import { diskCheck } from '../../../src/integrations/host/checks/disk.ts'
import { loadCheck } from '../../../src/integrations/host/checks/load.ts'
import { memoryCheck } from '../../../src/integrations/host/checks/memory.ts'
import { networkCheck } from '../../../src/integrations/host/checks/network.ts'
import { rebootRequiredCheck } from '../../../src/integrations/host/checks/reboot-required.ts'
import { swapCheck } from '../../../src/integrations/host/checks/swap.ts'
import { systemdUnitsCheck } from '../../../src/integrations/host/checks/systemd-units.ts'
import { commandResult } from '../../support/command-result.ts'
import { nothingSeen, notInstalled, timedOut } from './case.ts'

const noSpace = { usedBytes: 0, availableBytes: 0, inodes: 0, freeInodes: 0 }
const noNote = {
  isNoted: false,
  packages: [],
  noter: undefined,
  needsRestarting: undefined,
  running: '6.1.0-9-amd64',
  installed: [],
  isContainer: false,
}

export const hostCases = [
  ...nothingSeen(cpuCheck, { 'no /proc/stat': undefined, 'clocks that stand still': { busyTicks: 0, ticks: 0 } }),
  ...nothingSeen(loadCheck, {
    'no /proc/loadavg': { averages: undefined, processors: 2 },
    'no processor': { averages: [0, 0, 0], processors: 0 },
  }),
  ...nothingSeen(memoryCheck, {
    'no /proc/meminfo': { totalBytes: undefined, availableBytes: undefined, container: undefined },
    'no memory at all': { totalBytes: 0, availableBytes: 0, container: undefined },
  }),
  ...nothingSeen(swapCheck, {
    'no /proc/meminfo': { totalBytes: undefined, freeBytes: undefined },
    'no swap': { totalBytes: 0, freeBytes: 0 },
  }),
  ...nothingSeen(networkCheck, { 'no /proc/net/dev': undefined, 'no interface': [] }),
  ...nothingSeen(diskCheck, {
    'no list of mounts': undefined,
    'no file system': [],
    'a named mount that is not mounted': [{ mount: '/srv', space: undefined, usedHistory: [] }],
    'a file system that does not answer': [{ mount: '/srv', space: 'ETIMEDOUT', usedHistory: [] }],
    'a file system without blocks': [{ mount: '/srv', space: noSpace, usedHistory: [] }],
  }),
  ...nothingSeen(rebootRequiredCheck, {
    'nothing that would write the note': noNote,
    'nothing that would write the note, in a container': { ...noNote, isContainer: true },
    'only kernels of another flavour': { ...noNote, installed: ['6.1.0-9-cloud-amd64'] },
  }),
  ...nothingSeen(systemdUnitsCheck, {
    'no systemd': undefined,
    'no systemctl': notInstalled,
    'no answer': timedOut,
    'no unit': commandResult(),
    'an answer that is cut': commandResult({ stdout: 'ssh.service loaded active running\n', isTruncated: true }),
    'a bus that does not answer': commandResult({ exitCode: 1, stderr: 'Failed to connect to bus' }),
  }),
]
