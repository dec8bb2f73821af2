import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { aComponent, testContext } from '../../../../test/support/context.ts'
import { hostOptions } from '../options.ts'
import { networkCheck, periodBetween } from './network.ts'

const options = networkCheck.options.parse({})
const counters = { name: 'eth0', rxBytes: 1000, txBytes: 500, packets: 2000, faults: 30 }
const judge = (...periods: readonly { packets: number; faults: number }[]) =>
  networkCheck.judge([{ counters, periods: periods.map((one) => ({ overMs: 1000, ...one })) }], options)

describe('host-network', () => {
  const table = [
    ['no packet at all', judge({ packets: 0, faults: 0 }), 'pass'],
    ['a share of faults just under the limit', judge({ packets: 9901, faults: 99 }), 'pass'],
    ['a share of faults at the limit', judge({ packets: 9900, faults: 100 }), 'warn'],
    ['a great share of very few', judge({ packets: 5, faults: 9 }), 'pass'],
    ['faults since the last run only', judge({ packets: 50, faults: 0 }, { packets: 500, faults: 500 }), 'warn'],
    ['no interface', networkCheck.judge([], options), 'skipped'],
    ['counters that cannot be read', networkCheck.judge(undefined, options), 'error'],
  ] as const
  for (const [what, verdict, status] of table) {
    it(`${what} is ${status}`, () => assert.equal(verdict.status, status))
  }

  it('names the interface and measures what passed', () => {
    const verdict = judge({ packets: 100, faults: 100 })
    assert.ok(verdict.status === 'warn')
    assert.deepEqual(
      verdict.findings?.map(({ subject }) => subject),
      ['eth0'],
    )
    assert.deepEqual(verdict.measurements, {
      'rx_bytes:eth0': 1000,
      'tx_bytes:eth0': 500,
      'packets:eth0': 2000,
      'faults:eth0': 30,
    })
  })

  it('counts from zero again after a reboot', () => {
    const before = { packets: 1_000_000, faults: 5000 }
    assert.deepEqual(periodBetween(before, { packets: 10, faults: 2 }, 7), { overMs: 7, packets: 10, faults: 2 })
    assert.deepEqual(periodBetween({ packets: 5, faults: 1 }, { packets: 10, faults: 2 }, 7), {
      overMs: 7,
      packets: 5,
      faults: 1,
    })
  })

  it('looks twice at this machine, and compares with the last run', async () => {
    const at = new Date(Date.now() - 86_400_000)
    const zero = [{ at, value: 0 }]
    const first = testContext()
    const seen = (await networkCheck.probe(aComponent(hostOptions.parse({})), options, first)) ?? []
    const points = Object.fromEntries(
      seen.flatMap(({ counters: { name } }) => [
        [`packets:${name}`, zero],
        [`faults:${name}`, zero],
      ]),
    )
    const second = testContext({ points })
    const again = (await networkCheck.probe(aComponent(hostOptions.parse({})), options, second)) ?? []
    for (const { counters: now, periods } of again) {
      assert.equal(periods.length, 2, now.name)
      assert.equal(periods[1]?.packets, now.packets)
      assert.ok((periods[1]?.overMs ?? 0) >= 86_400_000)
    }
    assert.equal(first.evidence.filter(({ what }) => what === '/proc/net/dev').length, 2)
    await first.close()
    await second.close()
  })
})
