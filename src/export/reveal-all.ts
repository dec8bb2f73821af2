import type { System } from '../config/system.ts'
import { isSecretReference, type Secret } from '../core/secret.ts'
import { readSecret } from '../platform/secrets.ts'
import type { RevealOf } from './generated-file.ts'

/** Reads every secret that components and channels name, so that the files can be made without looking anywhere. */
export async function revealAll(systems: readonly System[]): Promise<RevealOf> {
  const values = new Map<string, string | undefined>()
  for (const system of systems) {
    for (const secret of [...system.components, ...system.channels].flatMap(({ options }) => referencesIn(options)))
      values.set(keyOf(system, secret), await readSecret(secret, system.baseDir))
  }
  return (system, secret) => (typeof secret === 'string' ? secret : values.get(keyOf(system, secret)))
}

function referencesIn(value: unknown): readonly Secret[] {
  if (isSecretReference(value)) return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(referencesIn) : []
}

function keyOf({ file }: System, secret: Secret): string {
  return `${file} ${JSON.stringify(secret)}`
}
