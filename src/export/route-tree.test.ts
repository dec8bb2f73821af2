import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { Route, System } from '../config/system.ts'
import { severities } from '../core/words.ts'
import { channelsFor } from '../notify/route.ts'
import { branchesOf } from './route-tree.ts'

const channelNames = ['mail', 'chat', 'hook']
const componentNames = ['api', 'db', 'host']
const channels = channelNames.map((name) => ({ name })) as unknown as System['channels']

const route: fc.Arbitrary<Route> = fc.record({
  severity: fc.option(fc.constantFrom(...severities), { nil: undefined }),
  components: fc.option(fc.subarray(componentNames, { minLength: 1 }), { nil: undefined }),
  to: fc.subarray(channelNames, { minLength: 1 }),
})

describe('the branches of routes', () => {
  it('have one place for each alert, with the channels that Vigie would take', () => {
    fc.assert(
      fc.property(
        fc.array(route, { maxLength: 5 }),
        fc.constantFrom(...severities),
        fc.constantFrom(...componentNames, 'another'),
        (routes, severity, component) => {
          const branches = branchesOf({ channels, routes })
          const named = branches.flatMap(({ components }) => components ?? [])
          const fitting = branches.filter(
            (branch) =>
              branch.severities.includes(severity) &&
              (branch.components?.includes(component) ?? !named.includes(component)),
          )
          assert.equal(fitting.length, 1)
          assert.deepEqual(fitting[0]?.channels, channelsFor({ channels, routes }, { severity, component }))
        },
      ),
    )
  })
})
