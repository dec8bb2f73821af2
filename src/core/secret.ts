import * as z from 'zod'
import { notASecret, notAVariable, notAWebAddress } from './refusals.ts'

/** A secret is named in the config and read at the last moment; its value is never part of the config. */
export type SecretReference = { readonly env: string } | { readonly secretFile: string }
export type Secret = string | SecretReference

/** A value that may be written out or named: `env('NAME')`, `secretFile('/run/secrets/x')`. */
export const secretSchema = z
  .union(
    [
      z.string().min(1),
      z.strictObject({ env: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, notAVariable.code) }),
      z.strictObject({ secretFile: z.string().min(1) }),
    ],
    notASecret.code,
  )
  .meta({ description: "a text, or where to read it: env('NAME') or secretFile('/run/secrets/x')" })

/** The address of something in the web; one that is named is looked at where it is used. */
export const secretAddressSchema = secretSchema.refine(
  (value) => typeof value !== 'string' || isWebAddress(value),
  notAWebAddress.code,
)

/** Marks what is a secret even when it is written out; what is made from a marked schema is marked too. */
const secretMarks = z.registry<{ readonly isSecret: true }>()
secretMarks.add(secretSchema, { isSecret: true })

export function isSecretSchema(schema: z.core.$ZodType): boolean {
  return '_zod' in schema && secretMarks.get(schema)?.isSecret === true
}

function isWebAddress(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text)
}

/** Written out, it is a switch or a small number: to mask it would hide what others say, and protect nothing. */
export function isPlainValue(literal: string): boolean {
  return /^(?:true|false|yes|no|on|off|none|null|\d{1,5})$/i.test(literal)
}

export function isSecretReference(value: unknown): value is SecretReference {
  // Every value of every option is asked: those that cannot be one are not worth a parse.
  if (typeof value !== 'object' || value === null || !('env' in value || 'secretFile' in value)) return false
  return secretSchema.safeParse(value).success
}
