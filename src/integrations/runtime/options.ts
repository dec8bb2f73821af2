import * as z from 'zod'

/** A version as it is deployed, or `auto`: what is found of this product. */
const version = z.string().min(1).optional()

export const runtimeOptions = z.strictObject({
  /** Products to judge. Without any: all that this host runs and that the folder's files ask for. */
  node: version,
  python: version,
  postgresql: version,
  debian: version,
  ubuntu: version,
  /** The application's folder: version files, Dockerfiles, compose files, package.json. */
  path: z.string().default('.'),
})
export type RuntimeOptions = z.output<typeof runtimeOptions>
