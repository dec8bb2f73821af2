import * as z from 'zod'
import { durationSchema } from '../../../core/duration.ts'
import { message } from '../../../core/message.ts'
import { secretSchema } from '../../../core/secret.ts'

const hasTerminal = message('postgres.backup-terminal', {
  en: () => 'a terminal changes the bytes of a dump: leave out -t and --tty (docker exec -i, docker compose exec -T)',
  fr: () =>
    'un terminal modifie les octets de la sauvegarde : retirez -t et --tty (docker exec -i, docker compose exec -T)',
})
const notBoth = message('postgres.backup-not-both', {
  en: () => 'say either schemas or tables: pg_dump takes tables alone when it is given both',
  fr: () => 'indiquez schemas ou tables : pg_dump ne retient que les tables quand il reçoit les deux',
})
export const backupOptionsTexts = [hasTerminal, notBoth]

const names = z.array(z.string().min(1)).max(1000).default([])

/** How a database is copied and rehearsed. */
export const postgresBackupSchema = z
  .strictObject({
    /** The folder with pg_dump, pg_restore and psql. Default: PATH, and where the packages of systems put them. */
    bin: z.string().min(1).optional(),
    /** What runs the programs in a container, such as `['docker', 'compose', 'exec', '-T', 'db']`; its input is passed on. */
    through: z.array(z.string().min(1)).default([]),
    /**
     * An image of this machine with PostgreSQL, such as that of the database: drills start a container of it, without any
     * network. Default: the programs of this machine.
     */
    image: z.string().min(1).optional(),
    /**
     * For a role that may read all of it. With `through`, the database as seen from there, while Vigie itself asks by the urls
     * of the component. Default: `actingUrl`, then `url`.
     */
    url: secretSchema.optional(),
    /** Only these schemas, and extensions. What they need of others must be among them. Default: all. */
    schemas: names,
    /**
     * Only the rows of these tables, partitions included, with the definitions of all: `orders` or `shop.orders`. What they
     * refer to by foreign keys must be among them. Default: all.
     */
    tables: names,
    /** Tables, partitions included, whose rows are left out: `shop.cache`. */
    exclude: names,
    /** Roles and their memberships too, without passwords. */
    globals: z.boolean().default(true),
    /** Rows are counted for so long, in all, while the dump runs; what is not counted by then is not compared. */
    countTimeLimit: durationSchema.default(300_000),
  })
  .refine(({ through }) => !asksForTerminal(through), { path: ['through'], message: hasTerminal.code })
  .refine(({ schemas, tables }) => schemas.length === 0 || tables.length === 0, {
    path: ['tables'],
    message: notBoth.code,
  })
export type PostgresBackupOptions = z.output<typeof postgresBackupSchema>

/** `docker exec -it db`: a later `-t` may belong to a command inside. */
function asksForTerminal(through: readonly string[]): boolean {
  const exec = through.indexOf('exec')
  if (exec === -1) return false
  for (const word of through.slice(exec + 1)) {
    if (!word.startsWith('-')) return false
    if (word === '--tty' || /^-[a-z]*t[a-z]*$/.test(word)) return true
  }
  return false
}
