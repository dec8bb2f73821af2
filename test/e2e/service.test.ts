import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { debianTool } from '../../scripts/provision/debian-tool.ts'
import { globalOptions } from '../../src/cli/catalog/global-options.ts'

const unit = readFileSync(join(import.meta.dirname, '..', '..', 'packaging', 'vigie.service'), 'utf8')

describe('the systemd unit', () => {
  let dir: string
  let file: string
  let analyze: (...words: readonly string[]) => { readonly status: number | null; readonly said: string }
  before(async () => {
    dir = mkdtempSync(join(tmpdir(), 'vigie-unit-'))
    const program = join(dir, 'vigie')
    writeFileSync(program, '#!/bin/sh\n', { mode: 0o755 })
    // Where the program is installed, so that the verifier finds it.
    assert.ok(unit.includes('\nExecStart=/usr/bin/vigie up '))
    file = join(dir, 'vigie.service')
    writeFileSync(file, unit.replace('=/usr/bin/vigie ', `=${program} `))
    const { tool, env } = await systemdAnalyze()
    analyze = (...words) => {
      const { status, stdout, stderr } = spawnSync(tool, words, { encoding: 'utf8', env })
      return { status, said: stdout + stderr }
    }
  })
  after(() => rmSync(dir, { recursive: true }))

  it('is accepted by the real systemd-analyze, without a word', () => {
    assert.deepEqual(analyze('verify', file), { status: 0, said: '' })
  })

  it('is seen to be wrong by it when a mistake is planted', () => {
    writeFileSync(join(dir, 'broken.service'), unit.replace('=/usr/bin/vigie ', '=/nowhere/vigie '))
    assert.notEqual(analyze('verify', join(dir, 'broken.service')).status, 0)
  })

  it('leaves the watch little that it could do to the machine', () => {
    // Of 10; what systemd calls "OK" ends at 4.9. The threshold is given in tenths.
    const { status, said } = analyze('security', '--offline=true', '--threshold=20', '--no-pager', file)
    assert.equal(status, 0, said)
  })

  it('calls options that every command has', () => {
    const [, words = ''] = /^ExecStart=\/usr\/bin\/vigie (.*)$/m.exec(unit) ?? []
    const options = words.match(/--[a-z-]+/g)?.map((option) => option.slice(2)) ?? []
    assert.deepEqual(
      options.filter((option) => !Object.hasOwn(globalOptions, option)),
      [],
    )
  })
})

/** That of this machine, or Debian's. */
async function systemdAnalyze(): Promise<{ readonly tool: string; readonly env: NodeJS.ProcessEnv }> {
  const here = (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'systemd-analyze'))
    .find((tool) => existsSync(tool))
  if (here !== undefined) {
    accessSync(here, constants.X_OK)
    return { tool: here, env: process.env }
  }
  const tool = await debianTool('systemd', 'usr/bin/systemd-analyze')
  const machine = process.arch === 'arm64' ? 'aarch64' : 'x86_64'
  const libraries = join(await debianTool('libsystemd-shared', 'usr/lib'), `${machine}-linux-gnu`, 'systemd')
  return { tool, env: { ...process.env, LD_LIBRARY_PATH: libraries } }
}
