import * as z from 'zod'
import { notAPattern } from './refusals.ts'

/** An option that is a regular expression of JavaScript, without slashes and flags: `(?i:…)` ignores case. Never empty. */
export const patternSchema = z
  .string()
  .min(1)
  .refine(isPattern, notAPattern.code)
  .meta({ description: 'a regular expression, without slashes; (?i:…) ignores case' })

function isPattern(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp
  } catch {
    return false
  }
}
