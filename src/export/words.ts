import type { Text } from '../core/message.ts'

/** Texts in the language of the export. */
export type Say = (text: Text) => string
