import * as z from 'zod'
import { durationSchema } from '../../core/duration.ts'
import { secretSchema } from '../../core/secret.ts'

export const postgresOptions = z.strictObject({
  /** `postgres://user:password@host:5432/database`; a role with pg_monitor sees all that the checks ask. */
  url: secretSchema,
  /** One catalog query may take this long: a light guest goes before it disturbs. */
  statementTimeout: durationSchema.default(5000),
  /** Catalog reads wait for no lock worth naming. */
  lockTimeout: durationSchema.default(1000),
})
export type PostgresOptions = z.output<typeof postgresOptions>
