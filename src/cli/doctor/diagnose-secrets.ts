import type { ConfiguredComponent, System } from '../../config/system.ts'
import { errorCodes } from '../../core/errors.ts'
import { message } from '../../core/message.ts'
import { isSecretReference, type SecretReference } from '../../core/secret.ts'
import { readSecret, secretName } from '../../platform/secrets.ts'
import type { Diagnosis } from './diagnosis.ts'

const isThere = message<{ name: string }>('doctor.secret-set', {
  en: (p) => `${p.name} is set`,
  fr: (p) => `${p.name} est défini`,
})
const unset = message<{ name: string }>('doctor.secret-unset', {
  en: (p) => `${p.name} is not set`,
  fr: (p) => `${p.name} n'est pas défini`,
})
const unsetHint = message<{ name: string }>('doctor.secret-hint', {
  en: (p) => `export ${p.name}=…  or write it into .env beside the config`,
  fr: (p) => `export ${p.name}=…  ou écrivez-le dans .env à côté de la configuration`,
})
const unreadable = message<{ name: string }>('doctor.secret-unreadable', {
  en: (p) => `${p.name} is not there, is empty, or may not be read by this user`,
  fr: (p) => `${p.name} est absent, vide, ou illisible pour cet utilisateur`,
})
const unreadableHint = message<{ name: string }>('doctor.secret-file-hint', {
  en: (p) => `Write the secret into ${p.name}, and let this user alone read it: chmod 600`,
  fr: (p) => `Écrivez le secret dans ${p.name}, lisible par cet utilisateur seul : chmod 600`,
})
export const secretTexts = [isThere, unset, unsetHint, unreadable, unreadableHint]

/** Whether every variable and file that the config names gives a value. */
export async function diagnoseSecrets(system: System): Promise<Diagnosis[]> {
  const steps = [...system.steps.values()].map(({ options }) => options)
  const named = referencesIn([system.components.map(({ options }) => options), steps, system.settings.store])
  const references = new Map(named.map((one) => [secretName(one), one]))
  return Promise.all([...references].map(([name, reference]) => diagnose(name, reference, system.baseDir)))
}

/** Whether the component itself has all its secrets: without them nothing can be asked of it. */
export async function hasSecrets({ options }: ConfiguredComponent, baseDir: string): Promise<boolean> {
  const values = await Promise.all(referencesIn(options).map((one) => readSecret(one, baseDir)))
  return values.every((value) => value !== undefined)
}

async function diagnose(name: string, reference: SecretReference, baseDir: string): Promise<Diagnosis> {
  if ((await readSecret(reference, baseDir)) !== undefined)
    return { name: 'secret', status: 'pass', summary: isThere({ name }) }
  const [summary, remedy] =
    'env' in reference ? [unset({ name }), unsetHint({ name })] : [unreadable({ name }), unreadableHint({ name })]
  return { name: 'secret', status: 'fail', summary, remedy, exit: errorCodes['secret-missing'].exit }
}

function referencesIn(value: unknown): SecretReference[] {
  if (isSecretReference(value)) return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(referencesIn) : []
}
