import { defineComponent } from '../../core/component.ts'
import { message } from '../../core/message.ts'
import { endOfLifeCheck } from './checks/end-of-life.ts'
import { runtimeOptions } from './options.ts'

export const runtimeComponent = defineComponent({
  kind: 'runtime',
  summary: message('runtime.summary', {
    en: () => 'the runtimes: Node, Python, PostgreSQL, Debian, Ubuntu',
    fr: () => "les environnements d'exécution\u00a0: Node, Python, PostgreSQL, Debian, Ubuntu",
  }),
  options: runtimeOptions,
  checks: [endOfLifeCheck],
  tasks: [],
})
