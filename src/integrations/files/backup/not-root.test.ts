import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { withTree } from '../../../../test/support/tree-backup.ts'

const child = fileURLToPath(new URL('../../../../test/support/tree-backup-child.ts', import.meta.url))
/** `nobody` of Debian. */
const nobody = 65_534
const isRoot = process.getuid?.() === 0

/** As another user when we are root, else as ourselves: nobody else may do that. */
const asOther = async (...args: readonly string[]): Promise<Record<string, unknown>> => {
  const { stdout } = await promisify(execFile)(process.execPath, [child, ...args], {
    ...(isRoot && { uid: nobody, gid: nobody }),
    timeout: 120_000,
  })
  return JSON.parse(stdout)
}

describe('a backup of a tree by a user who is not root', () => {
  it('fails by name on what that user cannot read, unless the config lets it be missing; what it restores is its own', () =>
    withTree(async ({ root }) => {
      const other = isRoot ? nobody : (process.getuid?.() ?? 0)
      writeFileSync(join(root, 'mine'), 'mine')
      mkdirSync(join(root, 'read-only'))
      writeFileSync(join(root, 'read-only/inside'), 'x', { mode: 0o444 })
      mkdirSync(join(root, 'closed'))
      writeFileSync(join(root, 'secret'), 'x')
      for (const name of ['..', '.', 'read-only', 'read-only/inside']) chownSync(join(root, name), other, other)
      chmodSync(join(root, 'read-only'), 0o555)
      chmodSync(join(root, 'closed'), 0o000)
      chmodSync(join(root, 'secret'), 0o000)
      try {
        const refused = await asOther(root)
        assert.deepEqual(refused['notes'], [['files.backup-will-be-unreadable', ['closed', 'secret']]])
        assert.deepEqual([refused['failure'], refused['examples']], ['files.backup-unreadable', ['closed', 'secret']])
        const told = await asOther(root, 'secret', 'closed')
        assert.deepEqual(told['notes'], [['files.backup-unreadable-allowed', ['closed', 'secret']]])
        assert.deepEqual(
          [told['wrong'], told['status'], told['keepsOwners'], told['unreadable']],
          [[], 'done', false, 2],
        )
        assert.equal(told['owner'], other)
        assert.deepEqual(told['names'], ['mine', 'read-only'])
        assert.deepEqual(told['left'], ['docs', 'docs.restored-20261121T020000Z'])
      } finally {
        chmodSync(join(root, 'closed'), 0o700)
      }
    }))
})
