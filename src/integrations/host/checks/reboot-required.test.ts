import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { CommandResult } from '../../../core/context.ts'
import { needsRestartingAnswer, type RebootSample, rebootRequiredCheck } from './reboot-required.ts'

const nothing: RebootSample = {
  isNoted: false,
  packages: [],
  noter: undefined,
  needsRestarting: undefined,
  running: '6.1.0-18-amd64',
  installed: [],
  isContainer: false,
}
const noter = '/etc/kernel/postinst.d/unattended-upgrades'
const own = [nothing.running]

const table: readonly (readonly [what: string, sample: Partial<RebootSample>, status: string, looked?: unknown])[] = [
  ['a note', { isNoted: true, packages: ['linux-image-6.1'] }, 'warn'],
  ['a note in a container', { isNoted: true, isContainer: true }, 'warn'],
  ['a newer kernel', { installed: [...own, '6.1.0-20-amd64'] }, 'warn'],
  ['a newer kernel that nobody noted', { noter, installed: [...own, '6.1.0-20-amd64'] }, 'warn'],
  ['needs-restarting that says so', { needsRestarting: 1 }, 'warn'],
  ['needs-restarting that says no', { needsRestarting: 0 }, 'pass', ['needs-restarting -r']],
  ['no note where something would write it', { noter }, 'pass', ['/var/run/reboot-required']],
  ['no note where nothing would write it', {}, 'skipped'],
  ['no newer kernel', { installed: own }, 'pass', ['/boot']],
  ['neither note nor newer kernel', { noter, installed: own }, 'pass', ['/var/run/reboot-required', '/boot']],
  ['kernels of another kind', { installed: ['5.15.0-91-generic'] }, 'skipped'],
  ['a container', { isContainer: true }, 'skipped'],
]

describe('host-reboot-required', () => {
  for (const [what, sample, status, looked] of table) {
    it(`${what} is ${status}${looked === undefined ? '' : `, and says that it looked at ${looked}`}`, () => {
      const verdict = rebootRequiredCheck.judge({ ...nothing, ...sample }, {})
      assert.equal(verdict.status, status)
      if (looked !== undefined) assert.deepEqual(verdict.reason?.params['looked'], looked)
    })
  }

  it('without anything to look at leaves the run partial, unless it is a container', () => {
    const because = (sample: Partial<RebootSample>) => {
      const verdict = rebootRequiredCheck.judge({ ...nothing, ...sample }, {})
      return verdict.status === 'skipped' ? verdict.because : verdict.status
    }
    assert.equal(because({}), 'missing-tool')
    assert.equal(because({ isContainer: true }), 'by-design')
  })

  it('believes needs-restarting only when it answers', () => {
    const result = (exitCode: number | undefined, stdout: string): CommandResult => ({
      outcome: exitCode === undefined ? 'timed-out' : 'exited',
      exitCode,
      signal: undefined,
      stdout,
      stderr: '',
      outputBytes: stdout.length,
      isTruncated: false,
      isBinary: false,
      durationMs: 1,
    })
    assert.equal(needsRestartingAnswer(result(0, 'No core libraries or services have been updated.\n')), 0)
    assert.equal(needsRestartingAnswer(result(1, 'Reboot is required to fully utilize these updates.\n')), 1)
    assert.equal(needsRestartingAnswer(result(1, 'Traceback (most recent call last):\n')), undefined)
    assert.equal(needsRestartingAnswer(result(undefined, '')), undefined)
  })
})
