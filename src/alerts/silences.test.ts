import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { LeaseRow } from '../store/lease-store.ts'
import type { SilenceRow } from '../store/watch-store.ts'
import { coveringLease, coveringSilence } from './silences.ts'

const at = (time: string): Date => new Date(`2026-11-21T${time}:00Z`)
const alert = {
  system: 'Shop',
  source: 'rule',
  component: 'api',
  rule: 'x > 5',
  labels: { component: 'api', path: '/login' },
} as const
const silence = (matcher: SilenceRow['matcher'], more: Partial<SilenceRow> = {}): SilenceRow => ({
  id: 's1',
  system: 'Shop',
  matcher,
  reason: 'migration',
  createdBy: 'Ana',
  startsAt: at('08:00'),
  endsAt: at('09:00'),
  ...more,
})

describe('a silence', () => {
  const table: readonly (readonly [string, SilenceRow, boolean])[] = [
    ['of everything covers', silence({}), true],
    ['of the component covers', silence({ component: 'api' }), true],
    ['of another component does not', silence({ component: 'db' }), false],
    ['of the rule covers', silence({ rule: 'x > 5' }), true],
    ['of another rule does not', silence({ rule: 'x > 6' }), false],
    ['of its labels covers', silence({ labels: { path: '/login' } }), true],
    ['of a label that it does not have does not', silence({ labels: { path: '/login', status: '500' } }), false],
    ['of which one part does not fit does not', silence({ component: 'api', rule: 'x > 6' }), false],
    ['of another system does not', silence({}, { system: 'Bank' }), false],
    ['that is over does not', silence({}, { endsAt: at('08:30') }), false],
    ['that did not begin does not', silence({}, { startsAt: at('08:31') }), false],
    ['that begins now covers', silence({}, { startsAt: at('08:30') }), true],
  ]
  for (const [name, row, covers] of table) {
    it(name, () => assert.equal(coveringSilence(alert, [row], at('08:30')) === row, covers))
  }

  it('that ends last is the one that is named', () => {
    const longer = silence({}, { id: 's2', endsAt: at('10:00') })
    assert.equal(coveringSilence(alert, [silence({}), longer], at('08:30')), longer)
  })
})

describe('the lease of a run', () => {
  const lease: LeaseRow = {
    name: 'http Shop/api',
    holder: 'r1234567',
    host: 'a',
    place: undefined,
    pid: 1,
    acquiredAt: at('08:00'),
    expiresAt: at('08:31'),
  }
  const leaseOf = (system: string, component: string): string => `http ${system}/${component}`
  const covered = (about: Parameters<typeof coveringLease>[0], now = at('08:30')) =>
    coveringLease(about, [lease], leaseOf, now)

  it('covers rules and checks of the component that it acts on', () => {
    assert.equal(covered(alert), lease)
    assert.equal(covered({ ...alert, source: 'check' }), lease)
  })
  it('covers no other component, and nothing of no component', () => {
    assert.equal(covered({ ...alert, component: 'db' }), undefined)
    assert.equal(covered({ ...alert, component: '' }), undefined)
  })
  it('never covers what tells of the run itself', () => {
    assert.equal(covered({ ...alert, source: 'watch' }), undefined)
    assert.equal(covered({ ...alert, source: 'heartbeat' }), undefined)
  })
  it('covers nothing once it has run out', () => assert.equal(covered(alert, at('08:31')), undefined))
})
