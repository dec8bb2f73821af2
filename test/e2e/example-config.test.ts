import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { shippedKinds } from '../../src/catalog.ts'
import { systemSchema } from '../../src/config/system-schema.ts'
import { vigie } from '../support/cli.ts'

const file = join(import.meta.dirname, '..', 'fixtures', 'mon-assurance', 'vigie.config.ts')

describe('the example config of the design', () => {
  it('loads without a problem and without its secrets, and gives each routine its hour and its steps', async () => {
    const data = mkdtempSync(join(tmpdir(), 'vigie-example-'))
    const options = { env: { DATABASE_URL: undefined } }
    const explained = await vigie(['config', 'explain', '--json', '--config', file], options)
    assert.deepEqual([explained.code, explained.stderr], [0, ''])
    const { values } = explained.json()
    const explainedAt = (path: string): unknown => values.find((one: { path: string }) => one.path === path)?.value
    assert.equal(explainedAt('components.api.health'), '/health/detailed')
    const status = await vigie(['status', '--json', '--config', file, '--data', data], options)
    const [system] = status.json().systems
    const at = Object.fromEntries(system.routines.map((one: { name: string; at: string }) => [one.name, one.at]))
    assert.deepEqual([at['daily'], at['weekly']], ['07:30', 'mon 06:00'])
    const idsOf = (routine: string): string[] =>
      system.steps.filter((step: { routine: string }) => step.routine === routine).map(({ id }: { id: string }) => id)
    for (const id of ['api/status', 'api/health', 'db/reachable', 'db/unused-index', 'docs/stale', 'code/clean']) {
      assert.ok(idsOf('daily').includes(id), id)
    }
    assert.ok(idsOf('weekly').includes('you/analyser-les-metriques'))
    assert.ok(!idsOf('daily').includes('api/certificate'), 'there is none without https')
    const dry = await vigie(['run', 'daily', '--dry-run', '--json', '--config', file, '--data', data], options)
    assert.equal(dry.json().run.dryRun, true)
    rmSync(data, { recursive: true })
  })

  it('holds all of the design that exists', () => {
    const inDesign = { kinds: ['redis'], keys: ['oncall'] }
    const grown = [
      ...inDesign.kinds.filter((kind) => shippedKinds.names.includes(kind)),
      ...inDesign.keys.filter((key) => key in systemSchema.shape),
    ]
    assert.deepEqual(grown, [], 'write into the fixture what exists now')
  })
})
