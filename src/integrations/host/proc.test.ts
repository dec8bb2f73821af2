import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { containerMemory } from './cgroup.ts'
import { networkCounters } from './net-dev.ts'
import { cpuTimes, loadAverages, memoryInfo, processorCount } from './proc.ts'

// Captured on Debian 12 (Linux 6.18), shortened.
const stat = `cpu  28236 10 24344 1585765 1536 5 233 5730 7 3
cpu0 12618 5 12059 794969 280 2 39 2891 4 1
cpu1 15618 5 12285 790796 1256 3 194 2839 3 2
intr 4153 0 27 0 0
ctxt 8031
`
const meminfo = `MemTotal:       24684092 kB
MemFree:        23872032 kB
MemAvailable:   24286460 kB
Active(anon):       1548 kB
SwapTotal:       2097148 kB
SwapFree:        1048574 kB
HugePages_Total:       0
`
const dev = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo: 2087735    7906    0    0    0     0          0         0  2087735    7906    0    0    0     0       0          0
  eth0: 345921038    8230    3    4    0     0          0         0   581541    5370    1    2    0     0       0          0
wlp2s0:12345678901234    5    0    0    0     0          0         0   9    1    0    0    0     0       0          0
veth1a2b3c: 5    5    9    9    0     0          0         0   9    1    9    9    0     0       0          0
`

describe('the texts of /proc', () => {
  it('give busy and whole time of all processors, guest time counted once', () => {
    assert.deepEqual(cpuTimes(stat), {
      busy: 28236 + 10 + 24344 + 5 + 233 + 5730,
      total: 28236 + 10 + 24344 + 1585765 + 1536 + 5 + 233 + 5730,
    })
  })

  it('of an old kernel, without stolen time, are read as well', () => {
    assert.deepEqual(cpuTimes('cpu  10 0 10 70 10\n'), { busy: 20, total: 100 })
  })

  it('give the processors that are online', () => assert.equal(processorCount(stat), 2))

  it('give the load of 1, 5 and 15 minutes', () => {
    assert.deepEqual(loadAverages('0.85 2.04 1.67 4/163 11423\n'), [0.85, 2.04, 1.67])
  })

  it('give memory in bytes', () => {
    const info = memoryInfo(meminfo)
    assert.equal(info.get('MemTotal'), 24684092 * 1024)
    assert.equal(info.get('Active(anon)'), 1548 * 1024)
    assert.equal(info.get('SwapFree'), 1048574 * 1024)
  })

  it('give the counters of interfaces, without the loopback and the cables of containers', () => {
    assert.deepEqual(networkCounters(dev), [
      { name: 'eth0', rxBytes: 345921038, txBytes: 581541, packets: 13600, faults: 10 },
      { name: 'wlp2s0', rxBytes: 12345678901234, txBytes: 9, packets: 6, faults: 0 },
    ])
  })

  it('that say nothing are never read as zeros, whatever they are', () => {
    for (const text of ['', 'cpu\n', 'cpu  1 2 x 4 5\n', 'no such file']) {
      assert.equal(cpuTimes(text), undefined)
      assert.equal(loadAverages(text), undefined)
      assert.equal(processorCount(text), 0)
      assert.equal(memoryInfo(text).size, 0)
      assert.deepEqual(networkCounters(text), [])
    }
    fc.assert(
      fc.property(fc.string(), (text) => {
        const times = cpuTimes(text)
        assert.ok(times === undefined || (times.busy <= times.total && Number.isFinite(times.total)))
      }),
    )
  })
})

describe('the memory limit of a container', () => {
  const files = { max: '536870912\n', current: '400000000\n', stat: 'anon 1\ninactive_file 100000000\nactive_file 2\n' }

  it('is compared with what it uses without the pages of files that nobody needs', () => {
    assert.deepEqual(containerMemory(files), { limitBytes: 536870912, usedBytes: 300000000 })
  })

  it('is none on a host, without a limit, and where the files say something else', () => {
    const none = [
      { max: undefined, current: undefined, stat: undefined },
      { ...files, max: 'max\n' },
      { ...files, max: '0\n' },
      { ...files, current: undefined },
      { ...files, current: 'x' },
    ]
    for (const one of none) assert.equal(containerMemory(one), undefined)
  })
})
