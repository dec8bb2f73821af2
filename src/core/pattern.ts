import * as z from 'zod'

/** An option that is a regular expression of JavaScript, without slashes and flags: `(?i:…)` ignores case. Never empty. */
export const patternSchema = z
  .string()
  .min(1)
  .refine(isPattern, { message: 'not a regular expression of JavaScript' })
  .meta({ description: 'a regular expression, without slashes; (?i:…) ignores case' })

function isPattern(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp
  } catch {
    return false
  }
}
