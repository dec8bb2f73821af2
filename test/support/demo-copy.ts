import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ScratchSystem } from './scratch-system.ts'

const example = join(import.meta.dirname, '..', '..', 'examples', 'demo', 'vigie.config.ts')

/** The demo's own config in a folder of its own, and beside it one that adds to it, as a team adds its channels. */
export function demoCopy(additions: string): ScratchSystem {
  const dir = mkdtempSync(join(tmpdir(), 'vigie-demo-'))
  const write = (file: string, text: string): string => {
    writeFileSync(join(dir, file), text)
    return join(dir, file)
  }
  cpSync(example, join(dir, 'demo.config.ts'))
  const config = write(
    'vigie.config.ts',
    `import { defineSystem, email, slack } from 'vigie'
import demo from './demo.config.ts'

export default defineSystem({ ...demo, ${additions} })
`,
  )
  return { dir, write, config: ['--config', config], remove: () => rmSync(dir, { recursive: true, force: true }) }
}
