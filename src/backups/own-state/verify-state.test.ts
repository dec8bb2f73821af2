import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { type TestContext, testContext } from '../../../test/support/context.ts'
import { dumped, storedAs } from '../../../test/support/tree-backup.ts'
import { BackupError, type Dumped } from '../../core/backup.ts'
import { openSqliteStore } from '../../store/open-sqlite.ts'
import { stateBackup } from './state-backup.ts'
import { stateFactsSchema } from './state-facts.ts'

describe('the verification of the own state', () => {
  let dataDir: string
  let ctx: TestContext
  let archive: Buffer
  let dump: Dumped
  const ability = stateBackup()
  const verify = async (bytes: Buffer, facts = dump.facts): Promise<readonly string[] | string> => {
    try {
      const { answers = [] } = (await ability.verify?.(ctx, storedAs(bytes, facts, { part: 'state' }))) ?? {}
      assert.ok(answers.length > 2)
      return answers.filter(({ status }) => status === 'fail').map(({ name }) => name)
    } catch (error) {
      if (error instanceof BackupError) return error.failure
      throw error
    }
  }
  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'vigie-verify-state-'))
    ctx = testContext({ dataDir, timeoutMs: 120_000 })
    const store = await openSqliteStore(dataDir)
    for (let entry = 1; entry <= 300; entry++)
      await store.audit.append({ at: ctx.clock.now(), actor: 'test', event: 'test.done', subject: { entry } })
    await store.close()
    ;({ archive, dump } = await dumped(ability, ctx, 'state'))
  })
  after(async () => {
    await ctx?.close()
    if (dataDir !== undefined) await rm(dataDir, { recursive: true, force: true })
  })

  it('opens the database, and finds it sound and with what was counted', async () => {
    assert.deepEqual(await verify(archive), [])
  })

  it('names rows and a head of the audit that are not those of the copy', async () => {
    const { counts, head, version } = stateFactsSchema.parse(dump.facts)
    const facts = { version, counts: { ...counts, audit: 1 }, head: { ...head, hash: 'another' } }
    assert.deepEqual(await verify(archive, facts), ['rows audit', 'head of the audit'])
  })

  it('names a database that is damaged inside, or none', async () => {
    const at = archive.indexOf('SQLite format 3\0')
    assert.ok(at > 0)
    const torn = Buffer.from(archive)
    // Pages of rows, and the pages over them, are no pages any more.
    for (let page = 2; page < 40; page += 3) torn.fill(0x5a, at + page * 4096, at + page * 4096 + 64)
    const wrong = await verify(torn)
    assert.ok(Array.isArray(wrong) && /damage|database/.test(wrong.join(' ')), `${wrong}`)
    const none = Buffer.from(archive)
    none.fill(0, at, at + 100)
    assert.deepEqual(await verify(none), ['database'])
  })

  it('names what is not in it, and what is cut', async () => {
    const file = join(dataDir, 'forged.tar')
    await writeFile(file, archive)
    execFileSync('tar', ['--delete', '-f', file, './audit.head'])
    assert.deepEqual(await verify(await readFile(file)), ['./audit.head'])
    assert.equal(await verify(archive.subarray(0, 600)), 'truncated')
  })
})
