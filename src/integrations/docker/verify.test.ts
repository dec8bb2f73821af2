import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { type TestContext, testContext } from '../../../test/support/context.ts'
import { storedAs } from '../../../test/support/volume-world.ts'
import { BackupError } from '../../core/backup.ts'
import { readWords } from './access/tar-words.ts'
import { countTree } from './facts/count-tree.ts'
import type { VolumeFacts } from './facts/volume-facts.ts'
import { volumeOptions } from './options.ts'
import { verifyVolume } from './verify.ts'

describe('the verification of a volume', () => {
  let dir: string
  let facts: VolumeFacts
  let whole: Buffer
  let ctx: TestContext
  const pack = (): Buffer => {
    const [program, ...words] = readWords('gnu', join(dir, 'root'))
    return execFileSync(program, words, { maxBuffer: 1e8 })
  }
  /** What was found wrong, or the code of what it throws. */
  const verify = async (archive: Buffer, more: Partial<VolumeFacts> = {}): Promise<readonly string[] | string> => {
    // Nothing of an engine is asked.
    const options = volumeOptions.parse({ name: 'uploads', host: 'unix:///nonexistent' })
    try {
      const { answers } = await verifyVolume(options)(ctx, storedAs(archive, { ...facts, ...more }))
      assert.ok(answers.length >= 7)
      return answers.filter(({ status }) => status === 'fail').map(({ name }) => name)
    } catch (error) {
      if (error instanceof BackupError) return error.failure
      throw error
    }
  }
  before(() => {
    ctx = testContext()
    dir = mkdtempSync(join(tmpdir(), 'vigie-verify-volume-'))
    const root = join(dir, 'root')
    mkdirSync(join(root, 'a'), { recursive: true })
    for (const name of ['a/one', 'a/two', 'a/line\nend']) writeFileSync(join(root, name), `content of ${name}`)
    symlinkSync('one', join(root, 'a/link'))
    whole = pack()
    const tree = countTree('gnu')
    tree.push(whole)
    tree.finish()
    facts = { format: 1, volume: 'uploads', tar: 'gnu', ...tree.facts(), postgres: [], quiet: 'none' }
  })
  after(async () => {
    await ctx?.close()
    rmSync(dir, { recursive: true, force: true })
  })

  it('finds all that was copied, entry for entry, and asks no engine', async () => {
    assert.deepEqual(await verify(whole), [])
    const counts = { ...facts.counts, devices: 1 }
    assert.deepEqual(await verify(whole, { counts }), ['volume devices'])
  })

  it('names an entry that is missing, one that is another, and one more', async () => {
    const [one, away] = [join(dir, 'root/a/one'), join(dir, 'away')]
    const touchedAlike = (work: () => void): void => {
      execFileSync('touch', ['-r', join(dir, 'root/a'), join(dir, 'time')])
      work()
      execFileSync('touch', ['-r', join(dir, 'time'), join(dir, 'root/a')])
    }
    touchedAlike(() => renameSync(one, away))
    assert.deepEqual(await verify(pack()), ['volume files', 'volume bytes', 'volume content'])
    touchedAlike(() => {
      execFileSync('cp', ['-p', away, one])
      writeFileSync(one, 'Content of a/one')
      execFileSync('touch', ['-r', away, one])
    })
    assert.deepEqual(await verify(pack()), ['volume content'])
    touchedAlike(() => execFileSync('cp', ['-p', away, one]))
    assert.deepEqual(await verify(pack()), [])
    writeFileSync(join(dir, 'root/more'), '')
    assert.equal(await verify(pack()), 'checksum')
  })

  it('names by its code what is cut, and what is no archive', async () => {
    for (const length of [0, 100, 512, 2000]) assert.equal(await verify(whole.subarray(0, length)), 'truncated')
    assert.equal(await verify(Buffer.alloc(10_240, 'x')), 'checksum')
  })
})
