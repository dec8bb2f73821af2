import { defineComponent } from '../../core/component.ts'
import { message } from '../../core/message.ts'
import { matchCheck } from './checks/match.ts'
import { optionTexts, orphansOptions } from './options.ts'
import { purgeTask } from './tasks/purge.ts'
import { quarantineTask } from './tasks/quarantine.ts'
import { restoreTask } from './tasks/restore.ts'

/** An entry of `orphans` in the config: it works through the abilities of two other components. */
export const orphansComponent = defineComponent({
  kind: 'orphans',
  summary: message('orphans.summary', {
    en: () => 'files, and the rows that name them; written under `orphans`',
    fr: () => 'des fichiers, et les lignes qui les nomment ; s’écrit sous `orphans`',
  }),
  options: orphansOptions,
  checks: [matchCheck],
  tasks: [quarantineTask, restoreTask, purgeTask],
  uses: ({ files, rows }) => [
    { at: ['files'], component: files, ability: 'files' },
    { at: ['rows', 'in'], component: rows.in, ability: 'rows' },
  ],
  messages: optionTexts,
})
