import { z } from 'zod'

const version = z.string().min(1).optional()

export const runtimeOptions = z.strictObject({
  /** Versions to judge, as they are deployed. Without any: what this host runs and the folder's files ask for. */
  node: version,
  python: version,
  postgresql: version,
  debian: version,
  ubuntu: version,
  /** The application's folder: `.nvmrc`, `.python-version`, `Dockerfile`. */
  path: z.string().default('.'),
})
export type RuntimeOptions = z.output<typeof runtimeOptions>
