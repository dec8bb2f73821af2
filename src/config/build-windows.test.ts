import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createFormatter } from '../core/formatter.ts'
import { createRenderer, type Locale } from '../core/message.ts'
import { allMessages } from '../messages.ts'
import { buildSystem } from './build-system.ts'
import { windowsOf } from './maintenance-window.ts'

const base = { name: 'S', timezone: 'Europe/Paris', components: {} }
const built = (written: object) => buildSystem({ ...base, ...written }, '/app/vigie.config.ts', [])
/** The problems of windows and routines; that there is no component is another. */
const problems = (written: object, locale: Locale = 'en'): readonly string[] => {
  const result = built(written)
  const renderer = createRenderer(allMessages([]), createFormatter(locale))
  assert.ok('problems' in result)
  return result.problems
    .filter(({ path }) => /^(windows|routines)/.test(path))
    .map(({ path, text, hint }) => `${path}: ${renderer.render(text)}${hint ? ` (${renderer.render(hint)})` : ''}`)
}
const components = { api: { kind: 'none' }, db: { kind: 'none' } }
const night = { at: 'sun 02:00', for: '2h' }

describe('maintenance windows of a config', () => {
  const rows: readonly (readonly [string, object, readonly string[]])[] = [
    ['may cover the whole system', { windows: { night } }, []],
    ['may cover components', { components, windows: { night: { ...night, components: ['api', 'db'] } } }, []],
    [
      'name known components',
      { components, windows: { night: { ...night, components: ['db', 'apy'] } } },
      ['windows.night.components.1: nothing here is called "apy" (did you mean "api"? Known: api, db)'],
    ],
    [
      'have a schedule',
      { windows: { night: { ...night, at: 'sometimes' } } },
      [
        'windows.night.at: not a time: write "07:30" (every day), "mon 06:00" (every week), "1 06:00" (every month) or five cron fields',
      ],
    ],
    [
      'have a length',
      { windows: { night: { ...night, for: '0s' } } },
      ['windows.night.for: write a duration from 1m to 30d'],
    ],
    [
      'are shut before they open again',
      { windows: { night: { at: '02:00', for: '1d' } } },
      ['windows.night: opens again ("02:00") before it has shut: make it shorter, or let it open less often'],
    ],
    [
      'are named by routines as they are called',
      { windows: { night }, routines: { upkeep: { window: 'nuit' } } },
      ['routines.upkeep.window: nothing here is called "nuit" (known: night)'],
    ],
    [
      'that are wrong themselves are no problem of who names them',
      { windows: { night: { at: 'sun 02:00' } }, routines: { upkeep: { window: 'night' } } },
      ['windows.night.for: is missing: write a value'],
    ],
    [
      'have the times of routines that are not caught up',
      { windows: { night }, routines: { upkeep: { at: 'mon 06:00', window: 'night', missed: 'skip' } } },
      [
        'routines.upkeep.at: is never due ("mon 06:00") while the window night is open, and is not caught up: give it a time within, or none, or missed "once"',
      ],
    ],
    [
      'may have other times of routines that are',
      { windows: { night }, routines: { upkeep: { at: 'mon 06:00', window: 'night' } } },
      [],
    ],
    [
      'refuse a jitter of days',
      { routines: { upkeep: { jitter: '2d' } } },
      ['routines.upkeep.jitter: write a duration up to 6h'],
    ],
  ]
  for (const [what, written, expected] of rows) it(what, () => assert.deepEqual(problems(written), expected))

  it('are refused in French too', () => {
    const written = { windows: { night: { at: '02:00', for: '1d' } } }
    assert.deepEqual(problems(written, 'fr'), [
      "windows.night: s'ouvre à nouveau («\u00a002:00\u00a0») avant de s'être fermée\u00a0: raccourcissez-la, ou ouvrez-la moins souvent",
    ])
  })

  it('give a routine without a time of its own the time at which they open', async () => {
    const { httpComponent } = await import('../integrations/http/component.ts')
    const written = {
      name: 'S',
      components: { api: { kind: 'http', url: 'http://127.0.0.1' } },
      windows: { night: { ...night, components: ['api'] } },
      routines: { upkeep: { window: 'night', jitter: '10m' }, weekly: { window: 'night' }, daily: {} },
    }
    const result = buildSystem(written, '/app/vigie.config.ts', [httpComponent])
    assert.ok('system' in result, JSON.stringify(result))
    const { routines, settings } = result.system
    const timed = ['upkeep', 'weekly', 'daily'].map((name) => {
      const { at, window, jitterMs } = routines.get(name) ?? {}
      return [at, window, jitterMs]
    })
    assert.deepEqual(timed, [
      ['sun 02:00', 'night', 600_000],
      ['sun 02:00', 'night', 0],
      ['07:30', undefined, 0],
    ])
    assert.deepEqual(windowsOf(settings), [{ name: 'night', at: 'sun 02:00', forMs: 7_200_000, components: ['api'] }])
  })
})
