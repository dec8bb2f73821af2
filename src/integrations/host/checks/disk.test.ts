import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import fc from 'fast-check'
import { aComponent, testContext } from '../../../../test/support/context.ts'
import { lookAtMounts } from '../../../../test/support/mount-namespace.ts'
import { hostOptions } from '../options.ts'
import { type DiskSample, diskCheck } from './disk.ts'

const GB = 1e9
const day = 86_400_000
const options = diskCheck.options.parse({})

/** `grows` is bytes a day, seen for three days. */
function aDisk(mount: string, usedGB: number, freeGB: number, inodes = [1000, 900], grows?: number): DiskSample {
  const usedBytes = usedGB * GB
  const usedHistory =
    grows === undefined
      ? [{ at: new Date(0), value: usedBytes }]
      : [3, 2, 1, 0].map((ago) => ({ at: new Date(10 * day - ago * day), value: usedBytes - ago * grows }))
  const [all = 0, free = 0] = inodes
  return { mount, space: { usedBytes, availableBytes: freeGB * GB, inodes: all, freeInodes: free }, usedHistory }
}
const judge = (...samples: readonly DiskSample[]) => diskCheck.judge(samples, options)
const blind: DiskSample = { mount: '/nfs', space: 'ETIMEDOUT', usedHistory: [] }

describe('host-disk', () => {
  const table = [
    ['79 % used', judge(aDisk('/', 79, 21)), 'pass', undefined],
    ['80 % used', judge(aDisk('/', 80, 20)), 'warn', 'host.disk-full'],
    ['90 % used', judge(aDisk('/', 90, 10)), 'fail', 'host.disk-full'],
    ['81 % of the inodes used', judge(aDisk('/', 1, 9, [100, 19])), 'warn', 'host.disk-inodes'],
    ['91 % of the inodes used', judge(aDisk('/', 1, 9, [100, 9])), 'fail', 'host.disk-inodes'],
    ['no inodes to run out of', judge(aDisk('/', 1, 9, [0, 0])), 'pass', undefined],
    ['15 days left', judge(aDisk('/', 10, 15, undefined, GB)), 'pass', undefined],
    ['14 days left', judge(aDisk('/', 10, 14, undefined, GB)), 'warn', 'host.disk-filling'],
    ['3 days left', judge(aDisk('/', 10, 3, undefined, GB)), 'fail', 'host.disk-filling'],
    ['shrinking', judge(aDisk('/', 10, 3, undefined, -GB)), 'pass', undefined],
    [
      '82 % used and 2 days left: the worse one is named',
      judge(aDisk('/', 82, 18, undefined, 9 * GB)),
      'fail',
      'host.disk-filling',
    ],
    ['one full of several', judge(aDisk('/', 1, 9), aDisk('/data', 95, 5)), 'fail', 'host.disk-full'],
    ['one that does not answer', judge(aDisk('/', 1, 9), blind), 'error', 'host.disk-unreadable'],
    ['one full, one that does not answer', judge(aDisk('/', 95, 5), blind), 'fail', 'host.disk-full'],
    ['a named one that is not mounted', judge({ ...blind, space: undefined }), 'error', 'host.disk-not-mounted'],
    ['mounts that cannot be read', diskCheck.judge(undefined, options), 'error', 'host.not-readable'],
  ] as const
  for (const [what, verdict, status, code] of table) {
    it(`${what} is ${status}`, () => {
      assert.equal(verdict.status, status)
      if (code !== undefined) assert.equal(verdict.reason?.code, code)
    })
  }

  it('that is not mounted or does not answer has a next step', () => {
    const codes = [undefined, 'ETIMEDOUT'].map((space) => {
      const verdict = judge({ ...blind, space })
      return 'remedy' in verdict && verdict.remedy?.code
    })
    assert.deepEqual(codes, ['host.disk-not-mounted-remedy', 'host.disk-unreadable-remedy'])
  })

  it('that saw no file system is no pass: it says that it saw nothing', () => {
    for (const verdict of [judge(), judge(aDisk('/', 0, 0))]) assert.equal(verdict.status === 'pass' && verdict.saw, 0)
  })

  it('names the mount point, closes nothing on a mount that it did not see, and has a command to type', () => {
    const verdict = judge(aDisk('/srv/my files', 95, 5), aDisk('/', 1, 9), blind)
    assert.ok(verdict.status === 'fail')
    assert.deepEqual(
      verdict.findings?.map(({ subject }) => subject),
      ['/srv/my files', '/nfs'],
    )
    assert.deepEqual(verdict.covers, ['/srv/my files', '/'])
    assert.deepEqual(verdict.remedy?.params, { path: "'/srv/my files'" })
  })

  it('fails for every disk that is full, whatever the others are, and measures only what is known', () => {
    const disk = fc.record({
      used: fc.nat(1000),
      free: fc.nat(1000),
      inodes: fc.nat(100),
      grows: fc.option(fc.integer({ min: -5, max: 5 })),
    })
    fc.assert(
      fc.property(fc.array(disk, { maxLength: 5 }), (disks) => {
        const samples = disks.map(({ used, free, inodes, grows }, index) =>
          aDisk(`/d${index}`, used, free, [100, 100 - inodes], grows === null ? undefined : grows * GB),
        )
        const verdict = diskCheck.judge(samples, options)
        const isFull = disks.some(
          ({ used, free, inodes }) => used + free > 0 && (used / (used + free) >= 0.9 || inodes >= 90),
        )
        if (isFull) assert.equal(verdict.status, 'fail')
        assert.ok(
          verdict.status !== 'pass' || disks.every(({ used, free }) => used + free === 0 || used / (used + free) < 0.8),
        )
        const measured = 'measurements' in verdict ? (verdict.measurements ?? {}) : {}
        for (const [name, value] of Object.entries(measured)) assert.ok(Number.isFinite(value), `${name} ${value}`)
      }),
    )
  })
})

describe('host-disk on real mounts', () => {
  let directory = ''
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'vigie-disk-'))
    for (const name of ['a', 'b', 'c']) await mkdir(join(directory, name))
  })
  after(() => rm(directory, { recursive: true }))
  const at = (name: string): string => join(directory, name)

  it('[A05] tells used, free, inodes, growth and days until full of each mount', async () => {
    const MiB = 1024 ** 2
    const { verdict, evidence } = await lookAtMounts({
      tmpfs: [{ directory: at('a'), options: 'size=64m,nr_inodes=1000', fillBytes: 16 * MiB, files: 49 }],
      options: { mounts: [at('a')] },
      // Two MiB a day for four days: 48 MiB are left for 24 days.
      history: { [`used_bytes:${at('a')}`]: [4, 3, 2, 1].map((ago) => [ago, (16 - 2 * ago) * MiB] as const) },
    })
    assert.ok('measurements' in verdict)
    const of = (name: string): number => verdict.measurements?.[`${name}:${at('a')}`] ?? Number.NaN
    assert.equal(of('used_bytes'), 16 * MiB)
    assert.equal(of('free_bytes'), 48 * MiB)
    assert.equal(of('used_ratio'), 0.25)
    // 49 empty files, the filled one and the directory itself.
    assert.ok(Math.abs(of('inodes_ratio') - 0.051) < 1e-9, `${of('inodes_ratio')}`)
    assert.ok(Math.abs(of('growth_bytes_per_day') / MiB - 2) < 0.01, `${of('growth_bytes_per_day')}`)
    assert.ok(Math.abs(of('days_until_full') - 24) < 0.1, `${of('days_until_full')}`)
    assert.ok(Number.isFinite(verdict.measurements?.['used_ratio:/']), 'the root is looked at as well')
    assert.ok(evidence.some(({ what }) => what === `statfs ${at('a')}`))
  })

  it('finds the mount that is full, the one without inodes and the one that will be full, and a command for each', async () => {
    const MiB = 1024 ** 2
    const { verdict } = await lookAtMounts({
      tmpfs: [
        { directory: at('a'), options: 'size=16m', fillBytes: 15 * MiB },
        { directory: at('b'), options: 'size=16m,nr_inodes=100', files: 95 },
        { directory: at('c'), options: 'size=16m', fillBytes: 8 * MiB },
      ],
      options: { mounts: [at('a'), at('b'), at('c')] },
      history: {
        [`used_bytes:${at('c')}`]: [
          [2, 0],
          [1, 4 * MiB],
        ],
      },
    })
    assert.ok(verdict.status === 'fail')
    const found = verdict.findings?.filter(({ subject }) => subject.startsWith(directory)) ?? []
    assert.deepEqual(
      found.map(({ subject, severity, title, remedy }) => [subject, severity, title.code, remedy?.code]),
      [
        [at('a'), 'high', 'host.disk-full', 'host.disk-remedy'],
        [at('b'), 'high', 'host.disk-inodes', 'host.disk-inodes-remedy'],
        [at('c'), 'high', 'host.disk-filling', 'host.disk-remedy'],
      ],
    )
  })

  it('counts a bind mount of the same file system once, and leaves out what it is told to', async () => {
    const { sample } = await lookAtMounts({ bind: [['/', at('a')]], options: {} })
    assert.deepEqual(
      sample.filter(({ mount }) => mount.startsWith(directory)),
      [],
    )
    const { verdict, sample: without } = await lookAtMounts({
      tmpfs: [{ directory: at('a'), options: 'size=1m' }],
      options: { mounts: [at('a')], ignoreMounts: ['/'] },
    })
    assert.ok(!without.some(({ mount }) => mount === '/'))
    assert.ok('measurements' in verdict && verdict.measurements?.[`used_ratio:${at('a')}`] === 0)
  })

  it('cannot tell of a named mount that is not mounted, and does not pass for what lies below', async () => {
    const { verdict } = await lookAtMounts({ options: { mounts: [at('a')] }, checkOptions: { warn: 1, fail: 1 } })
    assert.equal(verdict.status, 'error')
    assert.equal(verdict.reason?.code, 'host.disk-not-mounted')
  })

  it('is not held up by a file system that never answers', async () => {
    const { verdict } = await lookAtMounts({
      silent: [at('a')],
      options: {},
      checkOptions: { answerWithin: '300ms', warn: 1, fail: 1 },
    })
    assert.equal(verdict.status, 'error')
    assert.equal(verdict.reason?.code, 'host.disk-unreadable')
    assert.equal(verdict.reason?.params['mount'], at('a'))
  })

  it('looks at this machine', async () => {
    const ctx = testContext()
    const sample = await diskCheck.probe(aComponent(hostOptions.parse({})), options, ctx)
    assert.ok(sample?.some(({ mount, space }) => mount === '/' && typeof space === 'object'))
    await ctx.close()
  })
})
