import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { CommandResult } from '../../../core/context.ts'
import { errorLines, failureOf, whyOf } from './program-failure.ts'
import { fitting, versionIn } from './programs.ts'
import { compareVersions } from './rehearsal-answers.ts'
import { withoutLines } from './without-lines.ts'

const folder = (major: number) => ({ folder: `/usr/lib/postgresql/${major}/bin`, major, version: `${major}.1` })
const result = (more: Partial<CommandResult>): CommandResult => ({
  ...{ outcome: 'exited', exitCode: 0, signal: undefined, stdout: '', stderr: '', outputBytes: 0 },
  ...{ isTruncated: false, isBinary: false, durationMs: 1, ...more },
})

describe('programs of PostgreSQL', () => {
  it('tell their version in the words of every package', () => {
    const cases: readonly (readonly [string, number | undefined])[] = [
      ['pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)', 15],
      ['psql (PostgreSQL) 18.4', 18],
      ['postgres (PostgreSQL) 19beta1', 19],
      ['pg_dump (PostgreSQL) 9.6.24', 9],
      ['pg_dump: command not found', undefined],
      ['', undefined],
    ]
    for (const [said, major] of cases) assert.equal(versionIn(said)?.major, major, said)
  })
  it('are of the major itself, else of the nearest newer one, never older', () => {
    const all = [folder(18), folder(15), folder(16)]
    assert.equal(fitting(all, 15)?.major, 15)
    assert.equal(fitting(all, 14)?.major, 15)
    assert.equal(fitting(all, 17)?.major, 18)
    assert.equal(fitting(all, 19), undefined)
    // The first that was found, where two folders have one.
    assert.equal(fitting([{ ...folder(15), folder: '/first' }, folder(15)], 15)?.folder, '/first')
  })
  it('have failed unless they ended by themselves with 0', () => {
    assert.equal(failureOf('pg_dump', result({})), undefined)
    assert.equal(failureOf('pg_dump', result({ stderr: 'pg_dump: warning: careful' })), undefined)
    for (const more of [
      { exitCode: 1 },
      { outcome: 'signaled' as const, exitCode: undefined, signal: 'SIGKILL' },
      { outcome: 'timed-out' as const, exitCode: undefined },
      { outcome: 'not-found' as const, exitCode: undefined },
    ])
      assert.equal(failureOf('pg_dump', result(more))?.failure, 'unreachable')
  })
  it('say why in words that are known', () => {
    const cases: readonly (readonly [string, string])[] = [
      [
        'pg_dump: error: connection to server at "x" failed: FATAL:  password authentication failed for user "a"',
        'wrong-password',
      ],
      ['pg_dump: error: query failed: ERROR:  permission denied for table t', 'denied'],
      ['ERROR:  query would be affected by row-level security policy for table "t"', 'hidden'],
      ['FATAL:  terminating connection due to administrator command', 'cut'],
      ['server closed the connection unexpectedly', 'cut'],
      ['ERROR:  could not write to file "base/pgsql_tmp/x": No space left on device', 'full'],
      ['ERROR:  canceling statement due to lock timeout', 'lock'],
      ['ERROR:  canceling statement due to conflict with recovery', 'recovery'],
      ['ERROR:  snapshot "0003-1" does not exist', 'elsewhere'],
      ['something else', 'other'],
    ]
    for (const [said, why] of cases) assert.equal(whyOf(1, said), why, said)
    assert.equal(whyOf(97, ''), 'no-input')
    assert.equal(whyOf(98, ''), 'terminal')
  })
  it('are quoted from the first error on', () => {
    assert.equal(errorLines('warning: a\n\npg_dump: error: b\ndetail: c\n'), 'pg_dump: error: b · detail: c')
    assert.equal(errorLines('only this\n'), 'only this')
    assert.equal(errorLines(''), '')
  })
})

describe('versions of extensions', () => {
  it('are compared by their numbers', () => {
    assert.ok(compareVersions('1.10', '1.9') > 0)
    assert.ok(compareVersions('3.4.2', '3.4.10') < 0)
    assert.equal(compareVersions('1.0', '1.0'), 0)
  })
})

describe('lines that are left out of a stream', () => {
  it('are the same lines whatever pieces they come in, and no byte else', async () => {
    const lines = fc.array(
      fc.constantFrom('CREATE ROLE postgres;', 'CREATE ROLE app;', '', 'é', ' CREATE ROLE postgres;'),
    )
    await fc.assert(
      fc.asyncProperty(lines, fc.boolean(), fc.integer({ min: 1, max: 30 }), async (all, hasEnd, size) => {
        const whole = Buffer.from(all.join('\n') + (hasEnd ? '\n' : ''))
        const pieces = async function* () {
          for (let at = 0; at < whole.length; at += size) yield whole.subarray(at, at + size)
        }
        const left: Uint8Array[] = []
        for await (const piece of withoutLines(pieces(), ['CREATE ROLE postgres;'])) left.push(piece)
        const wanted = whole.toString().replace(/^CREATE ROLE postgres;\n/gm, '')
        assert.equal(Buffer.concat(left).toString(), wanted)
      }),
    )
  })
})
