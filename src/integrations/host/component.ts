import { hostname } from 'node:os'
import { defineComponent } from '../../core/component.ts'
import { message } from '../../core/message.ts'
import { cpuCheck } from './checks/cpu.ts'
import { diskCheck } from './checks/disk.ts'
import { loadCheck } from './checks/load.ts'
import { memoryCheck } from './checks/memory.ts'
import { networkCheck } from './checks/network.ts'
import { rebootRequiredCheck } from './checks/reboot-required.ts'
import { swapCheck } from './checks/swap.ts'
import { systemdUnitsCheck } from './checks/systemd-units.ts'
import { hostOptions } from './options.ts'

export const hostComponent = defineComponent({
  kind: 'host',
  summary: message('host.summary', { en: () => 'the machine itself', fr: () => 'la machine elle-même' }),
  options: hostOptions,
  checks: [
    cpuCheck,
    loadCheck,
    memoryCheck,
    swapCheck,
    networkCheck,
    diskCheck,
    rebootRequiredCheck,
    systemdUnitsCheck,
  ],
  tasks: [],
  identity: () => hostname(),
})
