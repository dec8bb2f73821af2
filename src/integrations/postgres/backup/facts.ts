import * as z from 'zod'
import { BackupError, type StoredComponent } from '../../../core/backup.ts'
import { message } from '../../../core/message.ts'

const noFacts = message<{ backup: string }>('postgres.backup-no-facts', {
  en: (p) => `Backup ${p.backup} does not say what its dump of PostgreSQL holds: it is not one of this program`,
  fr: (p) =>
    `La sauvegarde ${p.backup} ne dit pas ce que contient sa copie de PostgreSQL : elle n'est pas de ce programme`,
})
const noFactsHint = message('postgres.backup-no-facts-hint', {
  en: () => 'Restore it by hand, as its manifest says, or take another one: vigie backups list',
  fr: () => 'Restaurez-la à la main, comme le dit son manifeste, ou prenez-en une autre : vigie backups list',
})
export const factsTexts = [noFacts, noFactsHint]

/** The part with the dump, and the one with the roles, as files of standard tools. */
export const databasePart = { name: 'database', file: 'database.dump' } as const
export const globalsPart = { name: 'globals', file: 'globals.sql' } as const

/**
 * What a dump holds. Of later versions more may stand there. Everything was read in the snapshot that was dumped, but for
 * `sequences`, which belong to no snapshot: the dump's may be further.
 */
export const postgresFactsSchema = z.object({
  /** As `server_version_num`: 150018. */
  serverVersion: z.number().int(),
  /** Major of the pg_dump that wrote it: an older pg_restore cannot read it. */
  dumpMajor: z.number().int(),
  database: z.string(),
  /** As pg_encoding_to_char names it: `UTF8`. */
  encoding: z.string(),
  collation: z.object({
    provider: z.enum(['libc', 'icu', 'builtin']),
    collate: z.string(),
    ctype: z.string(),
    /** Of icu and builtin. */
    locale: z.string().nullable(),
  }),
  /** Who owns the database, and who made the cluster: grants of roles are in that one's name. */
  owner: z.string(),
  superuser: z.string(),
  extensions: z.array(z.object({ name: z.string(), version: z.string(), schema: z.string() })),
  /** That own, are granted or are named by anything in it. Those that every server has (`pg_…`) are left out. */
  roles: z.array(z.string()),
  schemas: z.array(z.string()),
  /** Of the dump; partitions by themselves, and not the table over them. `rows` is null when they were not counted. */
  tables: z.array(z.object({ schema: z.string(), name: z.string(), rows: z.number().nullable() })),
  /** `value` is the last one given, as text since it may not fit a number; null when none was. */
  sequences: z.array(
    z.object({
      ...{ schema: z.string(), name: z.string(), value: z.string().nullable() },
      isDescending: z.boolean(),
    }),
  ),
  /** Null when only a part of the database is copied: then there are none. */
  largeObjects: z.number().nullable(),
  /** As pg_database_size gives it. */
  bytes: z.number(),
  /** `schemas`: no more than these and the extensions; `tables`: all definitions, and rows of some. Neither has large objects. */
  copied: z.enum(['all', 'schemas', 'tables']),
  /** As `schema.table`: their rows were left out, and `tables` has them with 0. */
  withoutRows: z.array(z.string()).default([]),
  /** Rows by `schema.table`, where they were counted: what backups are compared by. */
  counts: z.record(z.string(), z.number()),
})
export type PostgresFacts = z.output<typeof postgresFactsSchema>

/** The facts of the dump in a backup. Throws `BackupError` with `truncated` when it has none. */
export function factsIn({ backup, parts }: Pick<StoredComponent, 'backup' | 'parts'>): PostgresFacts {
  const part = parts.find(({ name }) => name === databasePart.name)
  const read = postgresFactsSchema.safeParse(part?.facts)
  if (!read.success)
    throw new BackupError('truncated', noFacts({ backup }), { hint: noFactsHint({}), cause: read.error })
  return read.data
}

/** 150018 is of major 15. */
export function majorOf(serverVersion: number): number {
  return Math.floor(serverVersion / 10_000)
}
