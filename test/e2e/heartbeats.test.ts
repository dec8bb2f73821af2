import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { heartbeatsOutput } from '../../src/cli/json-shapes/heartbeats.ts'
import { openStore } from '../../src/store/open.ts'
import { vigie } from '../support/cli.ts'
import { type ScratchSystem, scratchSystem } from '../support/scratch-system.ts'

const key = '0f1e2d3c4b5a69788796a5b4c3d2e1f0'

describe('vigie heartbeats list', () => {
  let system: ScratchSystem
  before(async () => {
    system = scratchSystem(`import { env, tcp, defineSystem } from 'vigie'
export default defineSystem({ name: 'Shop', timezone: 'Europe/Paris', components: { it: tcp({ host: '127.0.0.1', port: 1 }) },
  heartbeats: {
    nightly: { key: env('NIGHTLY_KEY'), at: '0 2 * * *', grace: '30m' },
    hourly: { key: env('NO_SUCH_KEY'), every: '1h', severity: 'critical' },
  } })
`)
    const store = await openStore({ kind: 'sqlite', dir: join(system.dir, '.vigie') })
    const at = new Date('2026-01-05T01:02:03Z')
    const known = { system: 'Shop', name: 'nightly', lastStartAt: undefined, lastSuccessAt: at, lastRunId: undefined }
    await store.heartbeats.ping(
      {
        ...{ system: 'Shop', heartbeat: 'nightly', at, kind: 'fail', exitCode: 9, runId: undefined },
        ...{ durationMs: 1500, source: '127.0.0.1', body: undefined },
      },
      { ...known, status: 'failed', lastPingAt: at, lastDurationMs: 1500, lastExitCode: 9 },
    )
    await store.close()
  })
  after(() => system.remove())
  const list = (...words: readonly string[]) =>
    vigie(['heartbeats', 'list', ...system.config, ...words], { env: { NIGHTLY_KEY: key } })

  it('gives each in its published shape, without whole keys', async () => {
    const got = await list('--json')
    assert.equal(got.code, 0, got.stderr)
    const { heartbeats } = heartbeatsOutput.parse(got.json())
    assert.deepEqual(
      heartbeats.map(({ name, status, pingUrl, lastExitCode, graceMs, timezone }) => ({
        ...{ name, status, pingUrl, lastExitCode, graceMs, timezone },
      })),
      [
        {
          ...{ name: 'nightly', status: 'failed', pingUrl: 'http://127.0.0.1:8470/ping/0f1e•••' },
          ...{ lastExitCode: 9, graceMs: 1_800_000, timezone: 'Europe/Paris' },
        },
        {
          ...{ name: 'hourly', status: 'new', pingUrl: null },
          ...{ lastExitCode: null, graceMs: 3_600_000, timezone: null },
        },
      ],
    )
    assert.ok(!got.stdout.includes(key))
  })

  it('shows people how each stands, in their language, and what to do about a key that is not set', async () => {
    const got = await list('--locale', 'fr')
    assert.match(got.stdout, /nightly +en échec +0 2 \* \* \* Europe\/Paris +code de sortie 9, dernier succès/)
    assert.match(got.stdout, /hourly +nouveau +période 1\u00a0h +encore aucun succès/)
    assert.match(got.stdout, /NO_SUCH_KEY/)
    assert.match(got.stdout, /openssl rand -hex 16/)
    assert.ok(!got.stdout.includes(key))
  })

  it('shows whole addresses only when it is told to', async () => {
    const [shown] = (await list('--json', '--show-keys')).json().heartbeats
    assert.equal(shown.pingUrl, `http://127.0.0.1:8470/ping/${key}`)
  })

  it('says how to begin when there are none', async () => {
    const empty = scratchSystem(`import { tcp, defineSystem } from 'vigie'
export default defineSystem({ name: 'Shop', components: { it: tcp({ host: '127.0.0.1', port: 1 }) } })
`)
    const got = await vigie(['heartbeats', 'list', ...empty.config])
    assert.equal(got.code, 0, got.stderr)
    assert.match(got.stdout, /heartbeats: \{ nightly/)
    assert.deepEqual((await vigie(['heartbeats', 'list', ...empty.config, '--json'])).json(), { heartbeats: [] })
    empty.remove()
  })
})
