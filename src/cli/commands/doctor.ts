import { statfs } from 'node:fs/promises'
import { shippedKinds } from '../../catalog.ts'
import { loadSystem } from '../../config/load-system.ts'
import type { System } from '../../config/system.ts'
import { VigieError } from '../../core/errors.ts'
import { message, type Text } from '../../core/message.ts'
import { isSecretReference, type SecretReference } from '../../core/secret.ts'
import { readSecret, secretName } from '../../platform/secrets.ts'
import { configFiles } from '../../wire.ts'
import type { Command } from '../command.ts'

const nodeText = message<{ version: string }>('doctor.node', {
  en: (p) => `Node ${p.version}`,
  fr: (p) => `Node ${p.version}`,
})
const storeText = message<{ where: string; freeBytes: number }>('doctor.store', {
  en: (p, f) => `${p.where} writable, ${f.bytes(p.freeBytes)} free`,
  fr: (p, f) => `${p.where} accessible en écriture, ${f.bytes(p.freeBytes)} libres`,
})
const littleSpace = message('doctor.little-space', {
  en: () => 'Make room: what cannot be written down cannot be proved',
  fr: () => 'Libérez de la place : ce qui ne peut pas être noté ne peut pas être prouvé',
})
const configText = message<{ file: string; components: number; steps: number }>('doctor.config', {
  en: (p) => `${p.file}: ${p.components} components, ${p.steps} steps`,
  fr: (p) => `${p.file} : ${p.components} composants, ${p.steps} étapes`,
})
const secretSet = message<{ name: string }>('doctor.secret-set', {
  en: (p) => `${p.name} is set`,
  fr: (p) => `${p.name} est défini`,
})
const secretUnset = message<{ name: string }>('doctor.secret-unset', {
  en: (p) => `${p.name} is not set`,
  fr: (p) => `${p.name} n'est pas défini`,
})
const secretHint = message<{ name: string }>('doctor.secret-hint', {
  en: (p) => `export ${p.name}=…  or write it into .env beside the config`,
  fr: (p) => `export ${p.name}=…  ou écrivez-le dans .env à côté de la configuration`,
})
const sameDatabase = message<{ component: string }>('doctor.same-database', {
  en: (p) =>
    `the state lives in ${p.component}, the very database that is watched: when it is down, nothing can be written down`,
  fr: (p) =>
    `l'état est gardé dans ${p.component}, la base même qui est surveillée : si elle tombe, plus rien ne peut être noté`,
})
const sameHint = message('doctor.same-hint', {
  en: () => 'Keep the state in .vigie/ (leave `store` out) or on another server',
  fr: () => "Gardez l'état dans .vigie/ (sans `store`) ou sur un autre serveur",
})
const noReferences = message('doctor.no-references', {
  en: () => 'no references: a cut of our own network would look like a failure of every remote service',
  fr: () =>
    'aucune référence : une coupure de notre propre réseau ressemblerait à une panne de tous les services distants',
})
const referencesHint = message('doctor.references-hint', {
  en: () => "references: ['tcp://9.9.9.9:53', 'tcp://1.1.1.1:53'] in the config",
  fr: () => "references: ['tcp://9.9.9.9:53', 'tcp://1.1.1.1:53'] dans la configuration",
})

interface Diagnosis {
  readonly name: string
  readonly status: 'pass' | 'warn' | 'fail' | 'error'
  readonly summary: Text
  readonly remedy?: Text
}

const littleSpaceBytes = 500_000_000

export const doctorCommand: Command = {
  texts: [
    nodeText,
    storeText,
    littleSpace,
    configText,
    secretSet,
    secretUnset,
    secretHint,
    sameDatabase,
    sameHint,
    noReferences,
    referencesHint,
  ],
  run: async ({ output, cwd, flags, open }) => {
    const checks: Diagnosis[] = [
      { name: 'node', status: 'pass', summary: nodeText({ version: process.versions.node }) },
    ]
    const attempt = async (name: string, work: () => Promise<readonly Diagnosis[]>): Promise<void> => {
      try {
        checks.push(...(await work()))
      } catch (error) {
        if (!(error instanceof VigieError)) throw error
        checks.push({ name, status: 'fail', summary: error.text, ...(error.hint && { remedy: error.hint }) })
      }
    }
    for (const file of configFiles({ cwd, configs: flags.config })) {
      const system = await loadSystem(file, shippedKinds)
      const { components, steps } = system
      checks.push({
        name: 'config',
        status: 'pass',
        summary: configText({ file, components: components.length, steps: steps.size }),
      })
      checks.push(...(await secretsOf(system)), ...(await storeOf(system)), ...referencesOf(system))
    }
    await attempt('store', async () => {
      const { engine } = await open()
      const { bavail, bsize } = await statfs(engine.dataDir).catch(() => statfs(cwd))
      const freeBytes = bavail * bsize
      const isTight = freeBytes < littleSpaceBytes
      return [
        {
          name: 'store',
          status: isTight ? 'warn' : 'pass',
          summary: storeText({ where: engine.dataDir, freeBytes }),
          ...(isTight && { remedy: littleSpace({}) }),
        },
      ]
    })
    if (output.settings.isJson) {
      const told = checks.map(({ name, status, summary, remedy }) => ({
        name,
        status,
        summary: output.text(summary),
        remedy: remedy === undefined ? null : output.text(remedy),
      }))
      output.json({ checks: told })
    } else {
      for (const { name, status, summary, remedy } of checks) {
        output.line(`${output.status(status)} ${name.padEnd(10)} ${output.text(summary)}`)
        if (remedy !== undefined) output.line(`${' '.repeat(13)}→ ${output.text(remedy)}`)
      }
    }
    return checks.some(({ status }) => status === 'fail') ? 2 : 0
  },
}

async function secretsOf(system: System): Promise<Diagnosis[]> {
  const references = new Map(
    referencesIn(system.components.map(({ options }) => options)).map((one) => [secretName(one), one]),
  )
  const told = [...references].map(async ([name, reference]): Promise<Diagnosis> => {
    const isThere = (await readSecret(reference, system.baseDir)) !== undefined
    return isThere
      ? { name: 'secret', status: 'pass', summary: secretSet({ name }) }
      : { name: 'secret', status: 'fail', summary: secretUnset({ name }), remedy: secretHint({ name }) }
  })
  return Promise.all(told)
}

function referencesIn(value: unknown): SecretReference[] {
  if (isSecretReference(value)) return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(referencesIn) : []
}

/** A state that lives in the database that it watches is lost with it. */
async function storeOf(system: System): Promise<Diagnosis[]> {
  const url = system.settings.store?.url
  const state = url === undefined ? undefined : await readSecret(url, system.baseDir)
  if (state === undefined || !URL.canParse(state)) return []
  for (const { name, kind, options } of system.components) {
    const own =
      kind.kind === 'postgres' ? await readSecret((options as { url: SecretReference }).url, system.baseDir) : undefined
    if (own !== undefined && URL.canParse(own) && placeOf(own) === placeOf(state)) {
      return [{ name: 'store', status: 'warn', summary: sameDatabase({ component: name }), remedy: sameHint({}) }]
    }
  }
  return []
}

function placeOf(url: string): string {
  const { hostname, port, pathname } = new URL(url)
  return `${hostname.replace('localhost', '127.0.0.1')}:${port || '5432'}${pathname}`
}

function referencesOf({ settings, steps }: System): Diagnosis[] {
  const isRemote = [...steps.values()].some((step) => {
    const address = step.type === 'check' ? step.kind.remote?.(step.component.options) : undefined
    return address !== undefined && !/localhost|127\.0\.0\.1/.test(address)
  })
  return isRemote && settings.references.length === 0
    ? [{ name: 'network', status: 'warn', summary: noReferences({}), remedy: referencesHint({}) }]
    : []
}
