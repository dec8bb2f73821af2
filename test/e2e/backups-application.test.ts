import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { boxSystem } from '../support/box-system.ts'
import { vigie } from '../support/cli.ts'

/** Answers well when the copy has its lines, and writes down whether it could reach the living world. */
const application = (port: number): string => `
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
const said = await fetch('http://127.0.0.1:${port}/mail').then(() => 'reached', () => 'cut off')
const run = existsSync('/run/lock') || existsSync('/run/user') ? 'sees /run' : 'sees no service'
writeFileSync('seen', [said, run, process.env.SMTP ?? 'no mail', Object.keys(process.env).includes('PRODUCTION_KEY')].join(', '))
createServer((request, response) => {
  response.writeHead(readFileSync(process.env.THINGS, 'utf8').startsWith('thing 0') ? 200 : 500).end()
}).listen(18473, '127.0.0.1')
`

describe('a drill with an application', () => {
  let reached = 0
  const living = createServer((_, response) => {
    reached++
    response.end('sent')
  })
  const health = `health: 'http://127.0.0.1:18473/'`
  const entry = `drill: { app: { command: ['${process.execPath}', 'app.mjs'], env: { SMTP: 'nowhere' }, ${health} } }`
  const system = boxSystem(['thing 0', 'thing 1'], entry)
  before(async () => {
    await new Promise<void>((resolve) => living.listen(0, '127.0.0.1', resolve))
    system.write('app.mjs', application((living.address() as AddressInfo).port))
    const made = await vigie(['backups', 'create', ...system.config])
    assert.equal(made.code, 0, made.stdout)
  })
  after(() => {
    living.close()
    system.remove()
  })

  test('boots it against the copy, cut off from every network and with the environment of the drill alone', async () => {
    const options = { env: { PRODUCTION_KEY: 'secret' } }
    const drill = await vigie(['backups', 'drill', '--json', ...system.config], options)
    assert.equal(drill.code, 0, drill.stdout)
    const { assertions } = drill.json().drill
    assert.deepEqual(assertions.at(-1), {
      name: 'health http://127.0.0.1:18473/',
      status: 'pass',
      expected: '200',
      actual: '200',
    })
    assert.equal(readFileSync(join(system.dir, 'seen'), 'utf8'), 'cut off, sees no service, nowhere, false')
    assert.equal(reached, 0)
  })

  test('fails when the application does not become well, and says what it said', async () => {
    system.write('app.mjs', `console.error('no such table: orders'); process.exit(3)`)
    const drill = await vigie(['backups', 'drill', '--json', ...system.config])
    assert.equal(drill.code, 1, drill.stdout)
    const { failure, assertions } = drill.json().drill
    assert.equal(failure.code, 'assertion')
    assert.deepEqual([assertions.at(-1).status, assertions.at(-1).actual], ['fail', 'exit 3'])
    const [step] = drill.json().steps
    const shown = await vigie(['runs', 'show', drill.json().run.id, '--step', step.id, ...system.config])
    assert.match(shown.stdout, /no such table: orders/)
  })
})
