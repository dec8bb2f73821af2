import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { mounted } from '../../../../test/support/mounted.ts'
import { dumped, storedAs, withTree } from '../../../../test/support/tree-backup.ts'
import { filesOptions } from '../options.ts'
import { treeBackup } from './tree-backup.ts'

const child = fileURLToPath(new URL('../../../../test/support/tree-restore-child.ts', import.meta.url))

const inMount = async (folder: string, mode: string): Promise<Record<string, unknown>> => {
  const [program = '', ...args] = mounted(folder, 'mount -t tmpfs -o size=12m tmpfs "$0"; exec "$@"')
  const { stdout } = await promisify(execFile)(program, [...args, process.execPath, child, mode, folder], {
    timeout: 120_000,
  })
  return JSON.parse(stdout)
}

describe('a restore of a tree over the living one', () => {
  it('exchanges the content of a folder that is a mount, and keeps what was there in it', () =>
    withTree(async ({ root }) => {
      const told = await inMount(root, 'mounted')
      assert.equal(told['summary'], 'files.restore-inside')
      assert.deepEqual(
        [told['names'], told['kept'], told['bytes']],
        [['folder', 'two'], ['folder', 'three'], 2_000_000],
      )
    }))

  it('says that the disk became full, takes away what it unpacked, and leaves the living tree alone', () =>
    withTree(async ({ root }) => {
      const told = await inMount(root, 'full')
      assert.deepEqual([told['failure'], told['code']], ['no-space', 'files.restore-full'])
      assert.deepEqual([told['names'], told['kept'], told['bytes']], [['folder', 'three'], [], 7])
    }))

  it('has the old tree or the new one after any kill, and a second one brings back the backup', () =>
    withTree(async ({ scratch, root, ctx }) => {
      mkdirSync(join(root, 'many'))
      for (let number = 0; number < 400; number++) writeFileSync(join(root, 'many', `${number}`), `file ${number}`)
      writeFileSync(join(root, 'state'), 'backed up')
      const ability = treeBackup(filesOptions.parse({ path: 'docs' }))
      const { archive, dump } = await dumped(ability, ctx)
      writeFileSync(`${root}.archive`, archive)
      writeFileSync(`${root}.facts`, JSON.stringify(dump.facts))
      let killed = 0
      for (let round = 0; round < 6; round++) {
        writeFileSync(join(root, 'state'), `living ${round}`)
        const running = spawn(process.execPath, [child, 'killed', root], { stdio: ['ignore', 'pipe', 'inherit'] })
        const ended = new Promise<void>((resolve) => running.once('exit', () => resolve()))
        await new Promise((resolve) => running.stdout.once('data', resolve))
        // Spread over the whole of it, which takes some tenths of a second.
        await Promise.race([wait(round * 75), ended])
        if (running.kill('SIGKILL')) killed++
        await ended
        const state = readFileSync(join(root, 'state'), 'utf8')
        assert.ok(state === `living ${round}` || state === 'backed up', state)
        assert.equal(readdirSync(join(root, 'many')).length, 400)
        if (state === 'backed up') {
          const kept = readdirSync(scratch).filter((name) => name.startsWith('docs.before-'))
          assert.ok(kept.some((name) => readFileSync(join(scratch, name, 'state'), 'utf8') === `living ${round}`))
        }
      }
      assert.ok(killed > 0)
      const stored = storedAs(archive, JSON.parse(JSON.stringify(dump.facts)))
      const [action] = await ability.planRestore(ctx, stored, { over: true, only: [] })
      assert.equal(action && (await ability.restore(ctx, stored, action)).status, 'done')
      assert.equal(readFileSync(join(root, 'state'), 'utf8'), 'backed up')
      assert.deepEqual(
        readdirSync(scratch).filter((name) => name.startsWith('.docs')),
        [],
      )
    }))
})
