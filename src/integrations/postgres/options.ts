import * as z from 'zod'
import { durationSchema } from '../../core/duration.ts'
import { noTime, notAMetricName, tooOften } from '../../core/refusals.ts'
import { secretSchema } from '../../core/secret.ts'
import { postgresBackupSchema } from './backup/backup-options.ts'
import { consistencySchema } from './consistency/rule.ts'
import { indexSpecSchema } from './indexes/index-spec.ts'
import { retentionRulesSchema } from './retention/rule.ts'

/** A name as OpenMetrics has it; it may stand in rules and in file names. */
const metricName = z.string().regex(/^[a-z_][a-z0-9_]{0,99}$/, notAMetricName.code)

/** A number, or several, that the team asks its database for on a rhythm of its own. */
export const sqlMetricSchema = z.strictObject({
  /** One `select`; it runs in a read-only transaction. Each row is a series, each text column of it a label. */
  query: z.string().min(1).max(20_000),
  every: durationSchema.refine((ms) => ms >= 1000, tooOften.code).default(3_600_000),
  /** The server ends the query after it. A light guest; a count over a large table may need more. */
  timeLimit: durationSchema.refine((ms) => ms > 0, noTime.code).default(30_000),
  /** The columns with the numbers; without it the one that is called `value`, else the only numeric one. */
  values: z.array(z.string().min(1)).min(1).optional(),
  /** Rows told apart, those with the highest numbers; the others together are `other`. */
  top: z.number().int().min(1).max(1000).default(20),
  /** What `other` is of the rows that are not told apart. */
  other: z.enum(['sum', 'max', 'none']).default('sum'),
  /** Label columns whose values nobody shall read; without it those whose names speak of a person. */
  pseudonymise: z.array(z.string().min(1)).optional(),
})
export type SqlMetric = z.output<typeof sqlMetricSchema>

export const postgresOptions = z.strictObject({
  /** `postgres://user:password@host:5432/database`; a role with pg_monitor sees all that the checks ask. */
  url: secretSchema,
  /** For work that changes something: a role that owns the tables, and no transaction pooler in between. Default: `url`. */
  actingUrl: secretSchema.optional(),
  /** Urls of its replicas, for a role that may connect: what they read is asked too before an index is called unused. */
  replicas: z.array(secretSchema).max(50).default([]),
  /** The console of the PgBouncer before it: `postgres://user:password@host:6432/pgbouncer`, a user of its stats_users. */
  pgbouncer: z.strictObject({ url: secretSchema }).optional(),
  /** One catalog query may take this long: a light guest goes before it disturbs. */
  statementTimeout: durationSchema.default(5000),
  /** Catalog reads wait for no lock worth naming. */
  lockTimeout: durationSchema.default(1000),
  /** How long work that changes something waits for a lock: all who come after it in the queue wait as long. */
  actingLockTimeout: durationSchema.refine((ms) => ms > 0, noTime.code).default(3000),
  /** Work that changes something stops, and begins again, by these. */
  limits: z
    .strictObject({
      /** How far any replica may be behind. */
      replicationLag: durationSchema.default(30_000),
      /** Sessions that work at the same time; pt-online-schema-change pauses at 25 too (--max-load). */
      activeSessions: z.number().int().positive().default(25),
      /** How long it waits for room before it gives up. */
      patience: durationSchema.default(300_000),
    })
    .prefault({}),
  /** `{ orders_open_idx: { table: 'orders', columns: ['at'], where: 'done = false' } }`: made by the task create-index. */
  indexes: z.record(z.string().min(1).max(63), indexSpecSchema).default({}),
  /** `{ active_users_daily: { query: 'select count(distinct user_id) from logins where at > now() - interval \'1 day\'' } }` */
  metrics: z.record(metricName, sqlMetricSchema).default({}),
  /** `{ sessions: { table: 'user_sessions', age: 'expires_at', keep: '30d', action: 'delete' } }`: done by `retention`. */
  retention: retentionRulesSchema.default({}),
  /** What must be true of the data: `{ 'paid-without-invoice': { query: 'select id from …', expect: 'none' } }` */
  consistency: consistencySchema,
  /** How it is copied by an entry of `backups`. */
  backup: postgresBackupSchema.prefault({}),
})
export type PostgresOptions = z.output<typeof postgresOptions>
