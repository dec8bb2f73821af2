import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { tool } from '../../../test/support/prometheus.ts'
import type { ScratchSystem } from '../../../test/support/scratch-system.ts'
import { step, tell, vigie } from '../parts/program.ts'

/** Prometheus' and Alertmanager's own tools read what is exported of a system. */
export async function exportIsAccepted(system: ScratchSystem): Promise<void> {
  step('vigie export prometheus, read by promtool and amtool')
  const out = join(system.dir, 'out')
  const { code, stdout } = await vigie(['export', 'prometheus', '--out', out, ...system.config])
  assert.equal(code, 0, stdout)
  const rules = readdirSync(join(out, 'rules')).map((file) => join('rules', file))
  const check = async (name: 'promtool' | 'amtool', words: readonly string[], wanted: RegExp): Promise<void> => {
    // It throws when the tool refuses.
    const told = await tool(name, words, out)
    console.log(`$ ${name} ${words.join(' ')}`)
    for (const line of told.split('\n').filter((one) => one.trim() !== '')) tell(line.trim())
    assert.match(told, wanted)
    assert.doesNotMatch(told, /FAILED|error/i)
  }
  await check('promtool', ['check', 'config', 'prometheus.yml'], /SUCCESS/)
  await check('promtool', ['check', 'rules', ...rules], /SUCCESS: [1-9]\d* rules? found/)
  await check('amtool', ['check-config', 'alertmanager.yml'], /SUCCESS/)
}
