import { defineComponent } from '../../core/component.ts'
import { message } from '../../core/message.ts'
import { connectCheck } from './checks/connect.ts'
import { addressOf, tcpOptions } from './options.ts'

export const tcpComponent = defineComponent({
  kind: 'tcp',
  summary: message('tcp.summary', { en: () => 'a TCP port', fr: () => 'un port TCP' }),
  options: tcpOptions,
  checks: [connectCheck],
  tasks: [],
  identity: addressOf,
})
