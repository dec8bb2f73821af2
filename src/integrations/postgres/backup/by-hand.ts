import { databasePart, globalsPart } from './facts.ts'

/**
 * Roles first: each is made and then altered, so that one that is there already is no fault, which is why psql goes on there.
 * The database comes back under its own name with its encoding, locale and settings, and stops where that name is taken.
 */
export const byHand: readonly string[] = [
  `# Roles. "already exists" is no fault here; passwords are not kept.`,
  `if [ -e ${globalsPart.file} ]; then psql -X -d postgres -f ${globalsPart.file}; fi`,
  '# The database, under its own name. Into another one: createdb --template=template0 NEW,',
  `# then pg_restore --exit-on-error --no-tablespaces -d NEW ${databasePart.file}`,
  `pg_restore --exit-on-error --create --no-tablespaces -d postgres ${databasePart.file}`,
]
