import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Route } from '../config/system.ts'
import type { Severity } from '../core/words.ts'
import { channelsFor } from './route.ts'

const channels = ['team', 'ops', 'night'].map((name) => ({ name })) as never
const route = (to: string[], severity?: Severity, components?: string[]): Route => ({ severity, components, to })
const told = (routes: Route[], severity: Severity, component = 'api'): string =>
  channelsFor({ channels, routes }, { severity, component }).join(' ')

describe('the channels of an alert', () => {
  it('are all without routes', () => assert.equal(told([], 'low'), 'team ops night'))
  it('are those of every route that fits, each once, in the order of the config', () => {
    const routes = [
      route(['night', 'team'], 'critical'),
      route(['team'], 'low'),
      route(['ops'], undefined, ['db', 'cache']),
    ]
    assert.equal(told(routes, 'critical'), 'team night')
    assert.equal(told(routes, 'high'), 'team')
    assert.equal(told(routes, 'critical', 'cache'), 'team ops night')
  })
  it('are all when no route fits: nothing is told to nobody', () => {
    assert.equal(told([route(['night'], 'critical')], 'high'), 'team ops night')
    assert.equal(told([route(['ops'], 'low', ['db'])], 'critical'), 'team ops night')
  })
})
