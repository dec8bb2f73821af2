import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { Alert } from '../core/alert.ts'
import { message } from '../core/message.ts'
import type { Severity } from '../core/words.ts'
import { outcome, type StepOutcome } from '../engine/outcome.ts'
import { afterLook, type CheckAlerts, noAlerts } from './check-alerts.ts'

const say = message('test.say', { en: () => 'text', fr: () => 'texte' })
const bad = (subject = '', severity: Severity = 'high') => ({ subject, severity, title: say({}) })
const pass = outcome('pass', { canClose: true })
const fail = (...findings: ReturnType<typeof bad>[]): StepOutcome => outcome('fail', { findings, canClose: true })
const blind = outcome('error')

function play(looks: readonly StepOutcome[]): { told: string[]; state: CheckAlerts; all: readonly Alert[] } {
  let state = noAlerts
  let made = 0
  const told: string[] = []
  const all: Alert[] = []
  for (const [index, one] of looks.entries()) {
    const look = {
      system: 'S',
      step: 'api/health',
      component: 'api',
      outcome: one,
      at: new Date(index * 1000),
      reasonText: () => 'why',
    }
    const { next, changed } = afterLook(state, look, () => `a${++made}`)
    state = next
    all.push(...changed)
    told.push(...changed.map((alert) => `${index} ${alert.state} ${alert.key.slice('check api/health '.length)}`))
  }
  return { told, state, all }
}

describe('the alerts of a watched check', () => {
  const rows: readonly (readonly [string, readonly StepOutcome[], readonly string[]])[] = [
    [
      'begin with a failure and end with the second good look',
      [pass, fail(bad()), fail(bad()), pass, pass, pass],
      ['1 firing fails', '4 resolved fails'],
    ],
    [
      'do not end by one good look between failures',
      [fail(bad()), pass, fail(bad()), pass, fail(bad())],
      ['0 firing fails'],
    ],
    [
      'do not end by looks that could not tell',
      [fail(bad()), pass, blind, pass, blind, pass, pass],
      ['0 firing fails', '6 resolved fails'],
    ],
    ['are not for warnings', [outcome('warn', { findings: [bad('', 'medium')], canClose: true })], []],
    [
      'are one for each subject',
      [fail(bad('/')), fail(bad('/'), bad('/var')), fail(bad('/var')), fail(bad('/var'))],
      ['0 firing fails /', '1 firing fails /var', '3 resolved fails /'],
    ],
    [
      'end only for what the look covered',
      [
        fail(bad('/')),
        outcome('pass', { canClose: true, covers: ['/var'] }),
        outcome('pass', { canClose: true, covers: ['/var'] }),
      ],
      ['0 firing fails /'],
    ],
    [
      'tell that sight is lost after three looks, and that it is back',
      [blind, blind, blind, blind, pass],
      ['2 firing blind', '4 resolved blind'],
    ],
    [
      'are not touched by a look that was left out',
      [fail(bad()), outcome('skipped'), outcome('skipped')],
      ['0 firing fails'],
    ],
  ]
  for (const [what, looks, expected] of rows) it(what, () => assert.deepEqual(play(looks).told, expected))

  it('are at most one at a time for a subject, and each that ends had begun', () => {
    const any = fc.constantFrom(
      pass,
      blind,
      fail(bad()),
      fail(bad('a')),
      fail(bad('a'), bad('b', 'critical')),
      outcome('skipped'),
    )
    fc.assert(
      fc.property(fc.array(any, { maxLength: 60 }), (looks) => {
        const open = new Set<string>()
        const { all, state } = play(looks)
        for (const { key, state: now } of all) {
          assert.equal(open.has(key), now === 'resolved')
          if (now === 'resolved') open.delete(key)
          else open.add(key)
        }
        assert.deepEqual([...state.open.keys()].toSorted(), [...open].toSorted())
      }),
    )
  })
})
