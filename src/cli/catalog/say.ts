import { type Message, message } from '../../core/message.ts'

/** A text of the help, in English and French. */
export const say = (code: string, en: string, fr: string): Message<Record<string, never>> =>
  message(`cli.help.${code}`, { en: () => en, fr: () => fr })
