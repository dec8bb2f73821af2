import type { ColumnDefinitionBuilder } from 'kysely'

type Build = (column: ColumnDefinitionBuilder) => ColumnDefinitionBuilder

/** What the dialect writes for a number that counts up. */
export type AutoId = Build
export type IdType = 'integer' | 'bigserial'

/** A text that every row has. */
export function text(name: string): [string, 'text', Build] {
  return [name, 'text', (column) => column.notNull()]
}
