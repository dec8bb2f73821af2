import * as z from 'zod'

/** A secret is named in the config and read at the last moment; its value is never part of the config. */
export type SecretReference = { readonly env: string } | { readonly secretFile: string }
export type Secret = string | SecretReference

/** A value that may be written out or named: `env('NAME')`, `secretFile('/run/secrets/x')`. */
export const secretSchema = z
  .union([
    z.string().min(1),
    z.strictObject({ env: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'not the name of an environment variable') }),
    z.strictObject({ secretFile: z.string().min(1) }),
  ])
  .meta({ description: "a text, or where to read it: env('NAME') or secretFile('/run/secrets/x')" })

export function isSecretReference(value: unknown): value is SecretReference {
  return secretSchema.safeParse(value).success && typeof value !== 'string'
}
