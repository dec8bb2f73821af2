import { canonicalJson } from './json.ts'

/** SHA-256 in hexadecimal of a text, or of the canonical JSON of any other value. */
export function sha256(value: unknown): string {
  // Not imported: loading it takes a tenth of the start of a command that hashes nothing.
  return process
    .getBuiltinModule('node:crypto')
    .createHash('sha256')
    .update(typeof value === 'string' ? value : canonicalJson(value))
    .digest('hex')
}
