import * as z from 'zod'
import { defineComponent } from '../../core/component.ts'
import { message } from '../../core/message.ts'
import { scratchFileTexts } from '../packing/scratch-file.ts'
import { throughProgramTexts } from '../packing/through-program.ts'
import { stateBackup } from './state-backup.ts'
import { ownStateTexts } from './texts.ts'

/** Vigie itself, as something to back up: the same checks, history and keys on another machine. */
export const ownStateComponent = defineComponent({
  kind: 'own-state',
  summary: message('own-state.summary', {
    en: () => 'what this Vigie remembers: its state and its history',
    fr: () => 'ce que cette Vigie retient : son état et son historique',
  }),
  options: z.strictObject({}),
  checks: [],
  tasks: [],
  abilities: () => ({ backup: stateBackup() }),
  messages: [...ownStateTexts, ...scratchFileTexts, ...throughProgramTexts],
})
