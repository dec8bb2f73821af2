import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { chmod, mkdir, readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { VigieError } from '../core/errors.ts'
import type { Export } from './export-files.ts'
import { marker } from './generated-file.ts'
import { writeExport } from './write-export.ts'

const note = `# ${marker}\n`

function made(text: string, secret: string | undefined = 's1'): Export {
  return {
    files: [
      { path: 'a.yml', text: `${note}${text}\n` },
      { path: 'rules/b.yml', text: `${note}b\n` },
      { path: '.gitignore', text: `${note}secrets/\n`, isOptional: true },
    ],
    secrets: [{ path: 'secrets/token', source: 'TOKEN', value: secret }],
    leftOut: [],
  }
}

describe('the files of an export', () => {
  let dir: string
  beforeEach(() => {
    dir = join(mkdtempSync(join(tmpdir(), 'vigie-export-')), 'out')
  })
  afterEach(() => rmSync(join(dir, '..'), { recursive: true }))

  const at = (name: string): string => join(dir, name)
  const mode = (name: string): number => statSync(at(name)).mode & 0o777
  const refused = async (one: Export, isForced = false): Promise<void> => {
    await assert.rejects(writeExport(dir, one, isForced), (error) => {
      assert.ok(error instanceof VigieError)
      assert.deepEqual([error.code, error.text.code], ['usage', 'export.not-ours'])
      return true
    })
  }

  it('are readable for containers, and secrets only for their owner', async () => {
    await writeExport(dir, made('1'), false)
    assert.deepEqual(
      ['a.yml', 'rules/b.yml', '.env.monitoring', 'secrets', 'secrets/token'].map(mode),
      [0o644, 0o644, 0o600, 0o700, 0o644],
    )
    assert.match(readFileSync(at('.env.monitoring'), 'utf8'), /^GF_SECURITY_ADMIN_PASSWORD=[\w-]{32}$/m)
  })

  it('do not change the second time, and the password of Grafana never', async () => {
    await writeExport(dir, made('1'), false)
    const before = statSync(at('a.yml')).mtimeMs
    const password = readFileSync(at('.env.monitoring'), 'utf8')
    await chmod(at('.env.monitoring'), 0o644)
    const again = await writeExport(dir, made('1'), false)
    assert.deepEqual([...new Set(again.map(({ status }) => status))], ['unchanged', 'kept'])
    assert.equal(statSync(at('a.yml')).mtimeMs, before)
    await writeExport(dir, made('2'), true)
    assert.equal(readFileSync(at('a.yml'), 'utf8'), `${note}2\n`)
    assert.equal(readFileSync(at('.env.monitoring'), 'utf8'), password)
    assert.equal(mode('.env.monitoring'), 0o600)
  })

  it('are written over when they are ours, in their place, for whoever has them mounted', async () => {
    await writeExport(dir, made('1'), false)
    const { ino } = statSync(at('a.yml'))
    await writeExport(dir, made('2'), false)
    assert.deepEqual([readFileSync(at('a.yml'), 'utf8'), statSync(at('a.yml')).ino], [`${note}2\n`, ino])
  })

  it('leave a file of somebody else alone, and then write nothing, unless forced', async () => {
    await mkdir(at('rules'), { recursive: true })
    writeFileSync(at('rules/b.yml'), 'groups: []\n')
    await refused(made('1'))
    assert.deepEqual(await readdir(dir), ['rules'])
    await writeExport(dir, made('1'), true)
    assert.equal(readFileSync(at('rules/b.yml'), 'utf8'), `${note}b\n`)
  })

  it('leave a .gitignore that is there as it is', async () => {
    await mkdir(dir)
    writeFileSync(at('.gitignore'), 'mine\n')
    const written = await writeExport(dir, made('1'), false)
    assert.equal(written.find(({ path }) => path === '.gitignore')?.status, 'kept')
    assert.equal(readFileSync(at('.gitignore'), 'utf8'), 'mine\n')
  })

  it('do not follow a link, even when forced', async () => {
    await mkdir(dir)
    writeFileSync(at('target'), `${note}mine\n`)
    symlinkSync(at('target'), at('a.yml'))
    await refused(made('1'))
    await refused(made('1'), true)
    assert.equal(readFileSync(at('target'), 'utf8'), `${note}mine\n`)
    rmSync(at('target'))
    await refused(made('1'), true)
  })

  it('keep a secret that somebody put there, unless forced, and write none without a value', async () => {
    await writeExport(dir, made('1'), false)
    await refused(made('1', 's2'))
    await writeExport(dir, made('1', 's2'), true)
    assert.equal(readFileSync(at('secrets/token'), 'utf8'), 's2')
    rmSync(at('secrets'), { recursive: true })
    await writeExport(
      dir,
      { ...made('1'), secrets: [{ path: 'secrets/token', source: 'TOKEN', value: undefined }] },
      false,
    )
    assert.ok(!(await readdir(dir)).includes('secrets'))
  })
})
