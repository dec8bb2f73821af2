import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { isProcessAlive } from '../../src/platform/process-alive.ts'
import { vigie } from '../support/cli.ts'
import { scratchSystem } from '../support/scratch-system.ts'

it('what a command check started is ended by the next look at the system when Vigie was killed', async () => {
  const system = scratchSystem(`import { command, defineSystem } from 'vigie'
export default defineSystem({ name: 'S', components: { c: command({ command: "sh -c 'echo $$ > pid; exec sleep 600' & wait" }) } })
`)
  const file = join(system.dir, 'pid')
  const killed = new AbortController()
  const running = vigie(['run', 'c', ...system.config], { signal: killed.signal })
  for (let tries = 0; tries < 800 && (!existsSync(file) || readFileSync(file, 'utf8') === ''); tries++) await wait(25)
  const pid = Number(readFileSync(file, 'utf8'))
  killed.abort()
  await running
  assert.ok(isProcessAlive(pid))
  await vigie(['status', ...system.config])
  assert.equal(isProcessAlive(pid), false)
  system.remove()
})
