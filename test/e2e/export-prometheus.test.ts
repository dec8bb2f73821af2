import assert from 'node:assert/strict'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { parse, stringify } from 'yaml'
import { exportPrometheusOutput } from '../../src/cli/json-shapes/export.ts'
import { vigie } from '../support/cli.ts'
import { listeningAddresses, type RunningServer, startServer, tool } from '../support/prometheus.ts'

const name = `Élégance "Mobilité" {{ .Foo }} \\ 🚕 $HOME 'x' #: %\u2028`
const secrets = {
  API_AUTH: 'Bearer planted-api-token',
  DATABASE_URL: 'postgres://mon:planted-db@db.example:5433/app',
  SMTP_USER: 'vigie@example.org',
  OTHER_USER: 'planted-user',
  SMTP_PASSWORD: 'planted-smtp',
  SLACK_URL: 'https://hooks.slack.example/planted-slack',
  HOOK_SECRET: 'planted-hook',
  HOOK_URL: 'https://example.org/planted-hook-url',
  AM_TOKEN: 'planted-am',
}
const config = `import { alertmanager, defineSystem, email, env, host, http, postgres, slack, webhook } from 'vigie'
export default defineSystem({
  name: ${JSON.stringify(name)},
  components: {
    api: http({ url: 'http://127.0.0.1:1', metrics: '/metrics?a=1&a=%20{{x}}$HOME', headers: { authorization: env('API_AUTH'), 'X-Key': 'planted-key' } }),
    web: http({ url: 'https://u:planted%40url@[::1]:8443/app/', metrics: '/m' }),
    machine: host(), db: postgres({ url: env('DATABASE_URL'), metrics: { users_daily: { query: 'select 1 as value' } } }),
    other: postgres({ url: env('DATABASE_URL') }),
  },
  channels: {
    team: email({ host: 'mail.example.org', user: env('SMTP_USER'), password: env('SMTP_PASSWORD'), from: '{{ .Bad }}, é <vigie@example.org>', to: ['eve@example.org', 'Bob <bob@example.org>'] }),
    tls: email({ host: '::1', security: 'tls', from: 'vigie@example.org', to: 'eve@example.org', allowInvalidCertificate: true }),
    odd: email({ host: 'mail.example.org', security: 'tls', port: 4465, from: 'vigie@example.org', to: 'eve@example.org' }),
    hidden: email({ host: 'mail.example.org', user: env('OTHER_USER'), password: env('SMTP_PASSWORD'), from: 'vigie@example.org', to: 'eve@example.org' }),
    chat: slack({ url: env('SLACK_URL') }),
    plain: webhook({ url: 'https://example.org/hook', allowPrivate: true }),
    signed: webhook({ url: 'https://example.org/hook', secret: env('HOOK_SECRET') }),
    named: webhook({ url: env('HOOK_URL') }),
    am: alertmanager({ url: 'http://127.0.0.1:1/', token: env('AM_TOKEN') }),
  },
  routes: [
    { severity: 'critical', to: ['team', 'signed'] },
    { component: 'api', to: 'am' },
    { component: ['db', 'api'], severity: 'high', to: ['chat', 'plain'] },
  ],
  alerts: [
    'active_users{kind="{{x}}\\\\"*"} > 80 clear at 70 for 5m as critical',
    'ratio(http_requests_total{status="5*"}, http_requests_total, 5m, by=endpoint) > 1% min 50 samples',
    'burn(slo=99.9%, bad=http_errors_total, total=http_requests_total)',
    'absent(active_users) for 1h', 'users_daily < 1', 'max(host_disk_used_ratio{mount="/*"}, 1h) > 50% or host_load_5m_ratio > 2 for 1m',
    'age(vigie_start_time_seconds) < 5m',
  ],
})
`

interface Rules {
  readonly groups: readonly { readonly rules: readonly { readonly alert?: string; readonly record?: string }[] }[]
}

describe('vigie export prometheus', () => {
  let dir: string
  const out = (): string => join(dir, 'out')
  const read = (path: string): string => readFileSync(join(out(), path), 'utf8')
  const exported = (words: readonly string[] = [], env: NodeJS.ProcessEnv = secrets) =>
    vigie(['export', 'prometheus', '--out', 'out', '--json', ...words], {
      cwd: dir,
      env: { ...env, HOME: '/expanded' },
    })
  const written = (): readonly string[] =>
    readdirSync(out(), { recursive: true, withFileTypes: true })
      .filter((one) => one.isFile())
      .map((one) => join(one.parentPath, one.name).slice(out().length + 1))

  before(async () => {
    dir = mkdtempSync(join(tmpdir(), 'vigie-export-'))
    writeFileSync(join(dir, 'package.json'), '{"type":"module"}')
    writeFileSync(join(dir, 'vigie.config.ts'), config)
    const result = await exported()
    assert.equal(result.code, 0, `${result.stderr}${result.stdout}`)
    exportPrometheusOutput.parse(result.json())
  })
  after(() => rmSync(dir, { recursive: true }))

  it('lists every file that it writes, and changes nothing the second time', async () => {
    const again = exportPrometheusOutput.parse((await exported()).json()).export
    assert.deepEqual(again.files.map(({ path }) => path).toSorted(), written().toSorted())
    assert.deepEqual([...new Set(again.files.map(({ status }) => status))], ['unchanged', 'kept'])
    assert.deepEqual(again.missing, [])
  })

  it('is checked and loaded by the real programs, of the demo as of a system with every channel and hostile names [A16]', async () => {
    const demo = join(dir, 'demo')
    mkdirSync(join(demo, '.demo'), { recursive: true })
    cpSync(join(import.meta.dirname, '..', '..', 'examples', 'demo', 'vigie.config.ts'), join(demo, 'vigie.config.ts'))
    const state = { apiUrl: 'http://127.0.0.1:1', sitePort: 1, node: '26', reviewedOn: '2026-11-21' }
    writeFileSync(join(demo, '.demo', 'state.json'), JSON.stringify(state))
    writeFileSync(join(demo, '.demo', 'database-url'), 'postgres://u:p@127.0.0.1/demo')
    writeFileSync(join(demo, 'package.json'), '{"type":"module"}')
    const result = await vigie(['export', 'prometheus', '--out', 'out', '--json'], { cwd: demo })
    assert.equal(result.code, 0, result.stdout)
    for (const folder of [join(demo, 'out'), out()]) {
      assert.match(await tool('promtool', ['check', 'config', 'prometheus.yml'], folder), /SUCCESS/)
      const rules = readdirSync(join(folder, 'rules')).map((file) => join('rules', file))
      assert.equal(rules.length, 2)
      assert.doesNotMatch(await tool('promtool', ['check', 'rules', ...rules], folder), /FAILED/)
      assert.match(await tool('amtool', ['check-config', 'alertmanager.yml'], folder), /SUCCESS/)
    }
    await startsAsComposed()
  })

  /** The real servers with the words of the compose file, but for the folders and the ports that are taken. */
  async function startsAsComposed(): Promise<void> {
    const { services, volumes } = parse(read('docker-compose.monitoring.yml'))
    for (const [service, { image, volumes: mounts, restart, network_mode: network, ports }] of Object.entries<
      Record<string, unknown>
    >(services)) {
      assert.match(String(image), /:v?\d+\.\d+\.\d+$/, service)
      assert.deepEqual([restart, network, ports], ['unless-stopped', 'host', undefined], service)
      for (const mount of mounts as string[]) {
        const [from = ''] = mount.split(':')
        if (from.startsWith('./')) assert.ok(statSync(join(out(), from)), mount)
        else assert.ok(from === '/' || from in volumes, mount)
      }
    }
    for (const [service, data] of Object.entries({
      prometheus: '/prometheus',
      alertmanager: '/alertmanager',
      grafana: '/var/lib/grafana',
    }))
      assert.ok(services[service].volumes.includes(`${service}-data:${data}`), service)
    const { environment, env_file: files } = services.grafana
    assert.deepEqual([environment.GF_SERVER_HTTP_ADDR, files], ['127.0.0.1', ['.env.monitoring']])
    const [, password = ''] = /^GF_SECURITY_ADMIN_PASSWORD=(.+)$/m.exec(read('.env.monitoring')) ?? []
    assert.equal(password.length, 32)
    assert.equal(statSync(join(out(), '.env.monitoring')).mode & 0o777, 0o600)
    for (const exporter of ['node-exporter', 'postgres-exporter', 'postgres-exporter-2'])
      assert.ok(services[exporter].command.some((word: string) => word.startsWith('--web.listen-address=127.0.0.1:')))

    const running: RunningServer[] = []
    const start = async (service: 'prometheus' | 'alertmanager'): Promise<RunningServer> => {
      const { command, working_dir: cwd } = services[service]
      const words = (command as string[]).map((word) =>
        word
          .replace(`${cwd}/`, `${out()}/`)
          .replace(/^(--storage[\w.]*path=).*/, `$1${join(dir, `${service}-data`)}`)
          .replace(/^(--web\.listen-address=127\.0\.0\.1):\d+$/, '$1:0'),
      )
      const server = await startServer(service, words, out())
      running.push(server)
      return server
    }
    try {
      const [prometheus, alertmanager] = [await start('prometheus'), await start('alertmanager')]
      for (const { child } of running) assert.deepEqual([...new Set(listeningAddresses(child))], ['0100007F'])
      await showsEveryPanel(prometheus)
      const status = JSON.parse(await (await fetch(`${alertmanager.url}/api/v2/status`)).text())
      assert.match(status.config.original, /auth_password_file/)
    } finally {
      for (const server of running) await server.stop()
    }
  }

  /** Each query of the dashboards is one that Prometheus understands, and each rule one that it can evaluate. */
  async function showsEveryPanel({ url }: RunningServer): Promise<void> {
    const ask = async (path: string): Promise<{ status: string; data: { groups: readonly GroupState[] } }> =>
      JSON.parse(await (await fetch(`${url}/api/v1/${path}`)).text())
    const boards = readdirSync(join(out(), 'grafana')).filter((file) => file.endsWith('.json'))
    assert.deepEqual(boards.toSorted(), ['host-and-database.json', 'service-health.json'])
    const { uid } = parse(read('grafana/provisioning/datasources/vigie.yml')).datasources[0]
    for (const board of boards) {
      const model = JSON.parse(read(`grafana/${board}`))
      assert.ok(model.schemaVersion >= 39 && model.uid !== '' && model.title !== '', board)
      const places = model.panels.map(
        ({ gridPos }: { gridPos: { x: number; y: number } }) => `${gridPos.x} ${gridPos.y}`,
      )
      assert.equal(new Set(places).size, model.panels.length)
      for (const { targets, datasource } of model.panels) {
        assert.equal(datasource.uid, uid)
        for (const { expr } of targets) {
          const { status } = await ask(`query?query=${encodeURIComponent(expr.replaceAll(/\$\w+/g, '.*'))}`)
          assert.equal(status, 'success', expr)
        }
      }
    }
    const rules = readdirSync(join(out(), 'rules')).flatMap((file) =>
      (parse(read(`rules/${file}`)) as Rules).groups.flatMap((group) => group.rules),
    )
    const { groups } = (await ask('rules')).data
    assert.equal(groups.flatMap((group) => group.rules).length, rules.length)
    for (const { lastError } of groups.flatMap((group) => group.rules)) assert.equal(lastError ?? '', '')
  }

  it('keeps every secret out of all files but those of secrets', () => {
    const open = written().filter((path) => !path.startsWith('secrets/') && path !== '.env.monitoring')
    const password = /PASSWORD=(.+)/.exec(read('.env.monitoring'))?.[1] ?? assert.fail()
    for (const path of open) {
      assert.doesNotMatch(read(path), /planted/, path)
      assert.ok(!read(path).includes(password), path)
      assert.ok(!read(path).includes(read('secrets/vigie-token')), path)
    }
    const kept = written()
      .filter((path) => path.startsWith('secrets/'))
      .map(read)
    for (const one of [
      'planted-api-token',
      'planted-key',
      'planted@url',
      'planted-smtp',
      'planted-slack',
      'planted-am',
    ])
      assert.ok(
        kept.some((text) => text.endsWith(one)),
        one,
      )
    assert.deepEqual(
      ['uri', 'user', 'pass'].map((part) => read(`secrets/postgres-exporter-${part}`)),
      ['db.example:5433/app?sslmode=disable', 'mon', 'planted-db'],
    )
    assert.equal(statSync(join(out(), 'secrets')).mode & 0o777, 0o700)
  })

  it('sends each alert to the channels that Vigie would tell, as the real amtool sees it', async () => {
    const receivers = async (component: string, severity: string): Promise<string> => {
      const labels = [
        `system="${name.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`,
        `component=${component}`,
        `severity=${severity}`,
      ]
      const told = await tool(
        'amtool',
        ['config', 'routes', 'test', '--config.file=alertmanager.yml', ...labels],
        out(),
      )
      return told.trim().slice(name.length + 2)
    }
    assert.equal(await receivers('api', 'critical'), 'team, chat, plain, signed, am')
    assert.equal(await receivers('api', 'low'), 'am')
    assert.equal(await receivers('db', 'high'), 'chat, plain')
    assert.equal(await receivers('machine', 'critical'), 'team, signed')
    assert.equal(await receivers('machine', 'low'), 'team, tls, odd, hidden, chat, plain, signed, named, am')
    const { receivers: all } = parse(read('alertmanager.yml'))
    const [everybody] = all
    assert.deepEqual(
      everybody.email_configs.map((one: Record<string, unknown>) => [one['to'], one['from'], one['smarthost']]),
      [
        ['eve@example.org, bob@example.org', 'vigie@example.org', 'mail.example.org:587'],
        ['eve@example.org', 'vigie@example.org', '[::1]:465'],
      ],
    )
    const urls = everybody.webhook_configs.map(({ url }: { url: string }) => url)
    assert.equal(urls.at(-1), 'http://127.0.0.1:8470/api/v1/alerts/webhook?channels=odd,hidden,signed,named')
    for (const channel of ['odd', 'hidden', 'signed', 'named'])
      assert.match(read('alertmanager.yml'), new RegExp(`^# ${channel}: told through Vigie: `, 'm'))
  })

  it('has every rule that Prometheus can evaluate, and names each that it cannot, with the reason', async () => {
    const { leftOut } = exportPrometheusOutput.parse((await exported()).json()).export
    const file = written().find((path) => path.startsWith('rules/alerts-')) ?? assert.fail()
    const alerts = (parse(read(file)) as Rules).groups.flatMap((group) => group.rules.map(({ alert }) => alert))
    for (const one of [
      'host-cpu',
      'host-disk-days',
      'http-errors',
      'postgres-locks',
      'queue-growth',
      'absent(active_users) for 1h',
    ])
      assert.ok(alerts.includes(one), one)
    for (const { rule, text, reason } of leftOut) {
      assert.ok(!alerts.includes(rule))
      assert.ok(
        read(file).includes(rule === text ? `#   ${text} -- ${reason}` : `#   ${rule}: ${text} -- ${reason}`),
        rule,
      )
    }
    assert.ok(leftOut.some(({ rule }) => rule === 'users_daily < 1'))
  })

  it('fires as Vigie does, in a test of the real promtool on what exporters and services tell', async () => {
    const file = written().find((path) => path.startsWith('rules/alerts-')) ?? assert.fail()
    const labels = `system=${JSON.stringify(name)},component="machine"`
    const fs = `${labels},mountpoint="/var",fstype="ext4",device="/dev/sda1"`
    const of = (component: string): string => `system=${JSON.stringify(name)},component="${component}"`
    const series = (text: string, values: string): object => ({ series: text, values })
    const summary = (rule: string, value: string, place: string): object => ({
      summary: `${place}: ${rule} (now ${value})`,
    })
    const test = {
      rule_files: ['rules/series.yml', file],
      evaluation_interval: '15s',
      tests: [
        {
          interval: '15s',
          input_series: [
            // One of two processors idles for 10 % of the time, the other for 20 %: 85 % are busy.
            series(`node_cpu_seconds_total{${labels},cpu="0",mode="idle"}`, '0+1.5x200'),
            series(`node_cpu_seconds_total{${labels},cpu="1",mode="idle"}`, '0+3x200'),
            // 85 % of what programs can get is used, and then 79 %: less than 80, not less than 78.
            series(`node_filesystem_size_bytes{${fs}}`, '1000x200'),
            series(`node_filesystem_free_bytes{${fs}}`, '150x60 210x140'),
            series(`node_filesystem_avail_bytes{${fs}}`, '150x60 210x140'),
            // Of 10 requests a second one is answered by 500.
            series(`http_requests_total{${of('api')},status="200",class="2xx",endpoint="/a"}`, '0+135x200'),
            series(`http_requests_total{${of('api')},status="500",class="5xx",endpoint="/a"}`, '0+15x200'),
            series(`pg_stat_activity_count{${of('db')},state="active",datname="app"}`, '90x200'),
            series(`pg_settings_max_connections{${of('db')}}`, '100x200'),
            series(`pg_settings_superuser_reserved_connections{${of('db')}}`, '3x200'),
          ],
          alert_rule_test: [
            ...['4m', '20m'].map((at) => ({
              eval_time: at,
              alertname: 'host-cpu',
              exp_alerts:
                at === '4m'
                  ? []
                  : [
                      {
                        exp_labels: { severity: 'high', system: name, component: 'machine' },
                        exp_annotations: {
                          ...summary('host_cpu_ratio > 80% for 5m as high', '0.85', 'machine'),
                          description: 'Find the process that computes: top -o %CPU',
                        },
                      },
                    ],
            })),
            ...['4m', '12m', '40m'].map((at) => ({
              eval_time: at,
              alertname: 'host-disk-warning',
              exp_alerts:
                at === '4m'
                  ? []
                  : [
                      {
                        exp_labels: { severity: 'medium', system: name, component: 'machine', mount: '/var' },
                        exp_annotations: {
                          ...summary(
                            'host_disk_used_ratio > 80% clear at 78% for 5m as medium',
                            at === '12m' ? '0.85' : '0.79',
                            'machine /var',
                          ),
                          description:
                            'See what fills it: du -xh --max-depth=2 / | sort -h | tail; old files: vigie run monthly --dry-run',
                        },
                      },
                    ],
            })),
          ],
          promql_expr_test: [
            ...Object.entries({
              'http_request_rate{endpoint=""}': 10,
              'http_request_rate{endpoint="/a"}': 10,
              'http_error_ratio{class="5xx",endpoint=""}': 0.1,
              'http_error_ratio{class="4xx",endpoint="/a"}': 0,
              'count(ALERTS{alertname="http-errors",alertstate="firing"})': 1,
              'count(ALERTS{alertname="postgres-connections",alertstate="firing"})': 1,
            }).map(([expr, value]) => ({
              expr: `max without (__name__, system, component, class, endpoint) (${expr})`,
              eval_time: '30m',
              exp_samples: [{ labels: '{}', value }],
            })),
          ],
        },
      ],
    }
    writeFileSync(join(out(), 'test.yml'), stringify(test, { version: '1.1', lineWidth: 0 }))
    try {
      assert.match(await tool('promtool', ['test', 'rules', 'test.yml'], out()), /SUCCESS/)
    } finally {
      rmSync(join(out(), 'test.yml'))
    }
  })

  it('refuses to write over a file that somebody changed into their own, and says so in both languages', async () => {
    const before = read('prometheus.yml')
    writeFileSync(join(out(), 'prometheus.yml'), 'scrape_configs: []\n')
    try {
      const english = await exported()
      assert.deepEqual([english.code, english.json().error.code], [2, 'usage'])
      assert.match(english.json().error.message, /was not written by this export/)
      const french = await exported(['--locale', 'fr'])
      assert.match(french.json().error.message, /ne vient pas de cet export/)
      assert.match(french.json().error.hint, /--force/)
      assert.equal((await exported(['--force'])).code, 0)
      assert.equal(read('prometheus.yml'), before)
    } finally {
      writeFileSync(join(out(), 'prometheus.yml'), before)
    }
  })

  it('tells which secret has no value, and ends as partial', async () => {
    const { API_AUTH: _, ...others } = secrets
    rmSync(join(out(), 'secrets'), { recursive: true })
    const result = await exported([], others)
    assert.equal(result.code, 3)
    assert.deepEqual(
      exportPrometheusOutput.parse(result.json()).export.missing.map(({ source }) => source),
      ['API_AUTH'],
    )
    assert.equal((await exported()).code, 0)
  })

  it('asks for a folder', async () => {
    const result = await vigie(['export', 'prometheus', '--json'], { cwd: dir, env: secrets })
    assert.deepEqual([result.code, result.json().error.code], [2, 'usage'])
  })
})

interface GroupState {
  readonly rules: readonly { readonly lastError?: string }[]
}
