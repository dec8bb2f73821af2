import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { statusOutput } from '../../src/cli/json-shapes/status.ts'
import { vigie } from '../support/cli.ts'
import { startUp } from '../support/daemon.ts'
import { startHttpReceiver } from '../support/http-receiver.ts'
import { scratchSystem } from '../support/scratch-system.ts'

const yaml = (name: string, url: string): string => `name: ${name}
components:
  api: { kind: http, url: '${url}', checks: { status: { every: 1s }, latency: false } }
`

describe('two systems in one watch', () => {
  it('are both looked at, though the name of one begins with that of the other', async () => {
    await using first = await startHttpReceiver()
    await using second = await startHttpReceiver()
    const system = scratchSystem(yaml('Shop', first.url), 'shop.config.yaml')
    const other = system.write('other.config.yaml', yaml('Shop 2', second.url))
    const config = [...system.config, '--config', other, '--data', join(system.dir, 'data')]
    const daemon = await startUp({ ...system, config })
    try {
      await Promise.all([first.until(2), second.until(2)])
      const deadline = Date.now() + 120_000
      const seen = async (): Promise<readonly (readonly [string, string, string | undefined])[]> => {
        const { systems } = statusOutput.parse((await vigie(['status', '--json', ...config])).json())
        return systems.map(({ name, watch }) => [name, watch.state, watch.components[0]?.state])
      }
      const well = [
        ['Shop', 'watching', 'well'],
        ['Shop 2', 'watching', 'well'],
      ]
      while (JSON.stringify(await seen()) !== JSON.stringify(well) && Date.now() < deadline);
      assert.deepEqual(await seen(), well)
    } finally {
      await daemon.kill()
      system.remove()
    }
  })
})
