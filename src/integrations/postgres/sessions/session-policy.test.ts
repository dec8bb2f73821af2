import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { excessOf } from './session-policy.ts'
import type { Target } from './sessions-to-end.ts'

const target = (more: Partial<Target>): Target => ({
  ...{ pid: 1, startedAt: 'a', user: 'app', application: 'api', state: 'active', statement: 'select' },
  ...{ statementAt: 'b', statementMs: 0, stateMs: 0, protection: null },
  ...more,
})
const rule = { after: 1000, exceptRoles: ['etl'], exceptApplications: ['report'] }
const policy = { idleInTransaction: rule, longStatements: { ...rule, action: 'cancel' as const } }

describe('a policy for sessions', () => {
  for (const [title, more, expected] of [
    ['ends who forgets a transaction', { state: 'idle in transaction', stateMs: 1000 }, 'idle'],
    [
      'ends a transaction that was aborted and forgotten',
      { state: 'idle in transaction (aborted)', stateMs: 5e3 },
      'idle',
    ],
    ['leaves who is within the limit', { state: 'idle in transaction', stateMs: 999 }, undefined],
    ['stops a statement without end', { statementMs: 1000 }, 'long'],
    ['does not take the age of a state for that of a statement', { statementMs: 10, stateMs: 1e6 }, undefined],
    ['leaves idle sessions alone', { state: 'idle', stateMs: 1e9, statementMs: 1e9 }, undefined],
    ['leaves roles that it excepts', { user: 'etl', statementMs: 1e6 }, undefined],
    ['leaves applications that it excepts', { application: 'report', statementMs: 1e6 }, undefined],
    ['leaves what is protected', { statementMs: 1e6, protection: 'dump' }, undefined],
    ['leaves whom it may not see', { state: '', stateMs: 1e6, protection: 'hidden' }, undefined],
  ] as const) {
    it(title, () => assert.equal(excessOf([target(more)], policy)[0]?.what, expected))
  }

  it('that is not written touches nobody', () => {
    const all = [target({ statementMs: 1e9 }), target({ state: 'idle in transaction', stateMs: 1e9 })]
    assert.deepEqual(excessOf(all, {}), [])
  })

  it('comes to the longest first', () => {
    const all = [target({ pid: 1, statementMs: 2000 }), target({ pid: 2, state: 'idle in transaction', stateMs: 9000 })]
    assert.deepEqual(
      excessOf(all, policy).map(({ target }) => target.pid),
      [2, 1],
    )
  })
})
