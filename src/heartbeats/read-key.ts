import { isPingKey } from '../config/heartbeat-schema.ts'
import { VigieError } from '../core/errors.ts'
import { readSecret, secretName } from '../platform/secrets.ts'
import type { Heartbeat } from './heartbeat.ts'
import { keyMissing, keyMissingHint, keyWeak } from './messages.ts'

/** The ping key of a heartbeat. Throws `secret-missing`, and `config-invalid` for one that could be guessed. */
export async function readKey({ name, key, baseDir }: Heartbeat): Promise<string> {
  const value = await readSecret(key, baseDir)
  const source = secretName(key)
  if (value === undefined) {
    throw new VigieError('secret-missing', keyMissing({ name, source }), { hint: keyMissingHint({ source }) })
  }
  if (isPingKey(value)) return value
  throw new VigieError('config-invalid', keyWeak({ name, source }), { hint: keyMissingHint({ source }) })
}
