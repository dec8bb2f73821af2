/** A name as SQL needs it, always in double quotes, so that a hostile or mixed-case name is only a name. */
export function quoted(...names: readonly string[]): string {
  return names.map((name) => `"${name.replaceAll('"', '""')}"`).join('.')
}

/** Schemas of the server itself, as an SQL list. */
export const systemSchemas = "('pg_catalog', 'information_schema', 'pg_toast')"
