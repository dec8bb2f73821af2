import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type pg from 'pg'
import type { PostgresServer } from '../../src/platform/embedded-postgres.ts'
import { type CutLine, cutLine } from '../support/cut-line.ts'
import { startPostgres } from '../support/postgres.ts'
import { connect } from '../support/postgres-checks.ts'
import { type ScratchSystem, scratchSystem } from '../support/scratch-system.ts'
import { openTerminal, type Terminal } from '../support/terminal.ts'

describe('vigie db activity --live in a terminal', () => {
  let server: PostgresServer
  let way: CutLine
  let system: ScratchSystem
  let terminal: Terminal
  let worker: pg.Client
  let untouched = ''

  before(async () => {
    server = await startPostgres()
    way = await cutLine(server.port)
    const url = new URL(server.url())
    url.port = String(way.port)
    const config = { name: 'Shop', components: { db: { kind: 'postgres', url: url.href } } }
    system = scratchSystem(JSON.stringify(config), 'vigie.config.json')
    worker = await connect(server.url(), 'a-worker')
    await worker.query('begin; select 1')
    terminal = await openTerminal(120, 24)
    untouched = await modes()
  })
  after(async () => {
    await terminal?.close()
    await worker?.end()
    await way?.cut()
    system?.remove()
    await server?.stop()
  })

  /** How the terminal takes what is typed: echo, lines, signals. */
  const modes = async (): Promise<string> => {
    await terminal.type('clear; stty -g; echo end-of-modes')
    const lines = await terminal.shows(/^end-of-modes$/m)
    return lines.find((line) => /^[0-9a-f]+(:[0-9a-f]+)+/.test(line)) ?? assert.fail(lines.join('\n'))
  }
  const start = async (): Promise<void> => {
    const program = join(import.meta.dirname, '..', 'support', 'vigie.ts')
    await terminal.type(
      `clear; ${process.execPath} ${program} db activity --live ${system.config.join(' ')}; echo gave $?`,
    )
    await terminal.shows(/Shop · db .* q ends[\s\S]*a-worker/)
  }

  it('draws, draws again what has changed, and keeps to a terminal that becomes narrow and wide again', async () => {
    await start()
    assert.deepEqual(await terminal.state(), { hasCursor: false, isOtherPage: true })
    const second = await connect(server.url(), 'second-one')
    await terminal.shows(/second-one/)
    await second.end()
    const gone = await terminal.shows(/^(?![\s\S]*second-one)[\s\S]*a-worker/)
    assert.match(gone.join('\n'), /idle in transaction/)
    await terminal.resize(60, 10)
    const narrow = await terminal.shows(/^(?![\s\S]*application)[\s\S]*idle in transaction/)
    assert.ok(narrow.every((line) => line.length <= 60))
    assert.equal(narrow.filter((line) => /Shop · db/.test(line)).length, 1)
    await terminal.resize(120, 24)
    await terminal.shows(/application[\s\S]*a-worker/)
  })

  it('says that the database went away, and shows it again when it is back', async () => {
    await way.cut()
    await terminal.shows(/connection refused[\s\S]*→ /)
    await way.mend()
    const back = await terminal.shows(/a-worker/)
    assert.doesNotMatch(back.join('\n'), /refused/)
  })

  it('leaves the terminal as it was at q and at Ctrl-C, and shows no key that was pressed', async () => {
    for (const key of ['q', 'C-c']) {
      if (key === 'C-c') await start()
      await terminal.press('x')
      await terminal.press(key)
      const lines = await terminal.shows(/^gave 0$/m)
      assert.doesNotMatch(lines.join('\n'), /a-worker|xq|\^C/)
      assert.deepEqual(await terminal.state(), { hasCursor: true, isOtherPage: false })
      assert.equal(await modes(), untouched)
    }
  })

  it('leaves it as it was when the program is told twice to end', async () => {
    await start()
    await terminal.press('C-c')
    await terminal.press('C-c')
    await terminal.shows(/gave (0|130)$/m)
    assert.deepEqual(await terminal.state(), { hasCursor: true, isOtherPage: false })
    assert.equal(await modes(), untouched)
  })
})
