import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { CommandResult } from '../../../core/context.ts'
import { parseUnits, systemdUnitsCheck } from './systemd-units.ts'

// `systemctl list-units --all --plain --no-legend` of systemd 252, shortened, and with the dots that some versions print.
const listed = `  proc-sys-fs-binfmt_misc.automount loaded active running Arbitrary Executable File Formats File System Automount Point
  cron.service                      loaded active running Regular background program processing daemon
● api.service                       loaded failed failed  The API of the application
● gone.service                      not-found inactive dead gone.service
  run-rpc\\x2dpipe.mount             loaded failed failed  Pipe
  apt-daily.timer                   loaded active waiting Daily apt download activities
`
const result = (stdout: string, changes: Partial<CommandResult> = {}): CommandResult => ({
  outcome: 'exited',
  exitCode: 0,
  signal: undefined,
  stdout,
  stderr: '',
  outputBytes: stdout.length,
  isTruncated: false,
  isBinary: false,
  durationMs: 1,
  ...changes,
})
const judge = (sample: CommandResult | undefined, options = {}) =>
  systemdUnitsCheck.judge(sample, systemdUnitsCheck.options.parse(options))

describe('host-systemd-units', () => {
  it('reads the units and their state', () => {
    assert.deepEqual(
      parseUnits(listed).map(({ unit, active }) => `${unit} ${active}`),
      [
        'proc-sys-fs-binfmt_misc.automount active',
        'cron.service active',
        'api.service failed',
        'gone.service inactive',
        'run-rpc\\x2dpipe.mount failed',
        'apt-daily.timer active',
      ],
    )
  })

  it('has a finding for every failed unit, with the commands that show why', () => {
    const verdict = judge(result(listed))
    assert.ok(verdict.status === 'fail')
    assert.equal(verdict.saw, 6)
    assert.deepEqual(
      verdict.findings?.map(({ subject, remedy }) => [subject, remedy?.params['unit']]),
      [
        ['api.service', 'api.service'],
        ['run-rpc\\x2dpipe.mount', "'run-rpc\\x2dpipe.mount'"],
      ],
    )
  })

  it('leaves out the units that may fail', () => {
    assert.equal(judge(result(listed), { ignore: ['api.service', 'run-rpc\\x2dpipe.mount'] }).status, 'pass')
  })

  it('cannot tell when systemctl does not answer, or when its list was cut', () => {
    const failures = [
      result('', { exitCode: 1, stderr: 'Failed to connect to bus: No such file or directory\n' }),
      result('', { outcome: 'not-found', exitCode: undefined }),
      result('', { outcome: 'timed-out', exitCode: undefined }),
      result('cron.service loaded active running x\n', { isTruncated: true }),
    ]
    for (const one of failures) assert.equal(judge(one).status, 'error')
  })

  it('that saw no unit is no pass: it says that it saw nothing', () => {
    const verdict = judge(result(''))
    assert.equal(verdict.status === 'pass' && verdict.saw, 0)
  })

  it('makes no sense on a host without systemd', () => {
    const verdict = judge(undefined)
    assert.equal(verdict.status === 'skipped' && verdict.because, 'by-design')
  })
})
