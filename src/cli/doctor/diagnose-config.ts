import { relative } from 'node:path'
import { ConfigError, loadSystem, type Reader } from '../../config/load-system.ts'
import type { System } from '../../config/system.ts'
import type { KindLibrary } from '../../core/component.ts'
import { errorCodes, VigieError } from '../../core/errors.ts'
import { message } from '../../core/message.ts'
import { type Diagnosis, diagnosisOf } from './diagnosis.ts'

const fine = message<{ file: string; components: number; steps: number }>('doctor.config', {
  en: (p, f) =>
    `${p.file}: ${f.plural(p.components, { one: 'one component', other: `${p.components} components` })}, ` +
    f.plural(p.steps, { one: 'one step', other: `${p.steps} steps` }),
  fr: (p, f) =>
    `${p.file} : ${f.plural(p.components, { one: 'un composant', other: `${p.components} composants` })}, ` +
    f.plural(p.steps, { one: 'une étape', other: `${p.steps} étapes` }),
})
export const configTexts = [fine]

/** Whether a config loads; of a broken one every problem is told. */
export async function diagnoseConfig(
  file: string,
  kinds: KindLibrary,
): Promise<{ system: System | undefined; reader: Reader | undefined; found: readonly Diagnosis[] }> {
  try {
    const system = await loadSystem(file, kinds)
    const summary = fine({ file, components: system.components.length, steps: system.steps.size })
    return { system, reader: system, found: [{ name: 'config', status: 'pass', summary }] }
  } catch (error) {
    if (!(error instanceof VigieError)) throw error
    const found = [diagnosisOf('config', error), ...(error instanceof ConfigError ? problemsOf(error) : [])]
    return { system: undefined, reader: error instanceof ConfigError ? error.reader : undefined, found }
  }
}

function problemsOf({ code, file, problems }: ConfigError): Diagnosis[] {
  const near = relative(process.cwd(), file)
  const shown = near.startsWith('..') ? file : near
  return problems.map(({ path, text, hint, place }) => ({
    name: 'config',
    status: 'fail',
    about: `${place === undefined ? '' : `${shown}:${place.line}: `}${path || '.'}`,
    summary: text,
    remedy: hint,
    exit: errorCodes[code].exit,
  }))
}
