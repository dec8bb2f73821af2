import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface ScratchSystem {
  readonly dir: string
  readonly config: readonly string[]
  write(name: string, text: string): string
  remove(): void
}

/** A folder with a config of kinds that a team brings itself, for tests of the engine through the command line. */
export function scratchSystem(config: string, name = 'vigie.config.ts'): ScratchSystem {
  const dir = mkdtempSync(join(tmpdir(), 'vigie-system-'))
  const write = (file: string, text: string): string => {
    writeFileSync(join(dir, file), text)
    return join(dir, file)
  }
  return {
    dir,
    write,
    config: ['--config', write(name, config)],
    remove: () => rmSync(dir, { recursive: true, force: true }),
  }
}

/** A config with one component whose checks and tasks are written in the test. `body` may use `say`, `z` and `fs`. */
export function ownKinds(checks: string, tasks: string, rest = ''): string {
  const zod = import.meta.resolve('zod')
  return `import * as fs from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { z } from '${zod}'
import { defineComponent, defineSystem, message } from 'vigie'
const say = message<{ text: string }>('own.say', { en: (p) => p.text, fr: (p) => p.text })
const summary = message('own.summary', { en: () => 'own', fr: () => 'own' })
const base = { summary, options: z.strictObject({}), messages: [say], cadence: 'daily' } as const
const note = (line: string) => fs.appendFileSync(new URL('acts.log', import.meta.url), line + '\\n')
const own = defineComponent({ kind: 'own', summary, options: z.strictObject({}), checks: [${checks}], tasks: [${tasks}] })
export default defineSystem({ name: 'Own', kinds: [own], components: { it: { kind: 'own' } }, ${rest} })
`
}
