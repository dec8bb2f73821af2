import { shippedKinds } from '../../catalog.ts'
import type { Reader } from '../../config/load-system.ts'
import type { System } from '../../config/system.ts'
import { VigieError } from '../../core/errors.ts'
import { message } from '../../core/message.ts'
import { packageVersion } from '../../platform/own-package.ts'
import type { Store } from '../../store/store.ts'
import { configFiles, createWorld, dataFolder, openState } from '../../wire.ts'
import type { Command, CommandContext } from '../command.ts'
import { componentTexts, diagnoseComponents } from '../doctor/diagnose-components.ts'
import { configTexts, diagnoseConfig } from '../doctor/diagnose-config.ts'
import { diagnoseNetwork, networkTexts } from '../doctor/diagnose-network.ts'
import { diagnoseSecrets, secretTexts } from '../doctor/diagnose-secrets.ts'
import { diagnoseStore, storeTexts } from '../doctor/diagnose-store.ts'
import { type ClockWitness, diagnoseClock, diagnoseTimeZone, timeTexts } from '../doctor/diagnose-time.ts'
import { type Diagnosis, diagnosisOf, exitOf } from '../doctor/diagnosis.ts'
import { type Output, wrap } from '../output.ts'

const node = message<{ version: string; own: string }>('doctor.node', {
  en: (p) => `Vigie ${p.own} on Node ${p.version}`,
  fr: (p) => `Vigie ${p.own} sur Node ${p.version}`,
})
const aboutText = message<{ about: string; text: string }>('doctor.about', {
  en: (p) => `${p.about}: ${p.text}`,
  fr: (p) => `${p.about} : ${p.text}`,
})
const ownTexts = [node, aboutText]
const nameWidth = 'component '.length

export const doctorCommand: Command = {
  texts: [...[ownTexts, configTexts, timeTexts, secretTexts], ...[storeTexts, networkTexts, componentTexts]].flat(),
  showsStoredTexts: false,
  run: async (context) => {
    const found = await diagnose(context)
    show(context.output, found)
    return exitOf(found)
  },
}

/** Everything that Vigie needs, from what all else stands on to what it looks at. A part that fails hides no other. */
async function diagnose({ cwd, flags, signal, adopt }: CommandContext): Promise<Diagnosis[]> {
  const summary = node({ version: process.versions.node, own: packageVersion() })
  const found: Diagnosis[] = [{ name: 'node', status: 'pass', summary }]
  const attempt = async (name: Diagnosis['name'], work: () => Promise<readonly Diagnosis[]>): Promise<void> => {
    try {
      found.push(...(await work()))
    } catch (error) {
      if (!(error instanceof VigieError)) throw error
      found.push(diagnosisOf(name, error))
    }
  }
  let files: readonly string[] = []
  const systems: System[] = []
  const readers: Reader[] = []
  await attempt('config', async () => {
    files = configFiles({ cwd, configs: flags.config })
    const loaded: Diagnosis[] = []
    for (const file of files) {
      const { system, reader, found: told } = await diagnoseConfig(file, shippedKinds)
      loaded.push(...told, ...(system === undefined ? [] : [await diagnoseTimeZone(system)]))
      if (system !== undefined) systems.push(system)
      if (reader !== undefined) readers.push(reader)
    }
    return loaded
  })
  if (readers.length > 0) await adopt(readers)
  for (const system of systems) await attempt('secret', () => diagnoseSecrets(system))
  const world = createWorld()
  let store: Store | undefined
  try {
    // Where the state lives is not known of a config that does not load.
    if (systems.length > 0 && systems.length === files.length) {
      await attempt('store', async () => {
        const dataDir = dataFolder({ cwd, dataDir: flags.data }, files)
        store = await openState(systems, dataDir)
        return diagnoseStore(store, systems, dataDir, world.clock)
      })
    }
    const witnesses: ClockWitness[] = []
    for (const system of systems) {
      await attempt('network', () => diagnoseNetwork(system))
      await attempt('component', async () => {
        const looks = await diagnoseComponents(system, world, signal)
        witnesses.push(...looks.witnesses)
        return looks.found
      })
    }
    await attempt('clock', async () => [await diagnoseClock(world.clock, store, files, witnesses)])
  } finally {
    await world.http.close()
    await store?.close()
  }
  return found
}

function show(output: Output, found: readonly Diagnosis[]): void {
  const told = found.map(({ name, status, about, summary, remedy }) => {
    const text = output.text(summary)
    return {
      name,
      status,
      summary: about === undefined ? text : output.text(aboutText({ about, text })),
      remedy: remedy === undefined ? null : output.text(remedy),
    }
  })
  if (output.settings.isJson) {
    output.json({ checks: told })
    return
  }
  const indent = (output.settings.hasSigns ? 1 : 5) + 1 + nameWidth
  const margin = `\n${' '.repeat(indent)}`
  const wrapped = (text: string): string => wrap(text, output.settings.width, indent).join(margin)
  for (const { name, status, summary, remedy } of told) {
    output.line(`${output.status(status)} ${name.padEnd(nameWidth)}${wrapped(summary)}`)
    if (remedy !== null) output.line(margin.slice(1) + wrapped(`→ ${remedy}`))
  }
}
