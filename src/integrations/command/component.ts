import { defineComponent } from '../../core/component.ts'
import { message } from '../../core/message.ts'
import { runCheck } from './checks/run.ts'
import { commandOptions } from './options.ts'

export const commandComponent = defineComponent({
  kind: 'command',
  summary: message('command.summary', { en: () => 'any command', fr: () => 'une commande quelconque' }),
  options: commandOptions,
  checks: [runCheck],
  tasks: [],
})
