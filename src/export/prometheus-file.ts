import { defaultPort } from '../config/own-address.ts'
import { isSecretReference, type Secret } from '../core/secret.ts'
import { secretName } from '../platform/secrets.ts'
import type { GeneratedFile, Reveal, RevealOf, SecretFile } from './generated-file.ts'
import { ports } from './images.ts'
import { header, headerLeftOut } from './messages.ts'
import type { Monitored, Service } from './monitored.ts'
import { requestFamilies } from './series/http-series.ts'
import { slugOf } from './slugs.ts'
import { toYaml } from './to-yaml.ts'
import type { Say } from './words.ts'

/** As the http-metrics collector looks; its longest answer as well. */
const scrapeInterval = '15s'
const longestAnswer = '16MB'

/** The labels that services give an endpoint and a status, the better one later: the last that is there counts. */
const endpointLabels = ['url', 'uri', 'path', 'view', 'url_rule', 'path_template', 'handler', 'http_route', 'route']
const statusLabels = ['http_response_status_code', 'http_status', 'status_code', 'status', 'code']

export interface PrometheusFile {
  readonly file: GeneratedFile
  readonly secrets: readonly SecretFile[]
}

/** Who is asked for metrics: Vigie, each service that has some, and the exporters. */
export function prometheusFile(
  { services, hosts, databases }: Monitored,
  ruleFiles: readonly string[],
  reveal: RevealOf,
  say: Say,
): PrometheusFile {
  const secrets: SecretFile[] = []
  const comments = [say(header({}))]
  const scrapes = services.map((service) =>
    serviceScrape(service, (secret) => reveal(service.system, secret), { secrets, comments, say }),
  )
  const exporter = (job: string, port: number, of: { system: { name: string }; component: string }): object => ({
    job_name: `${job} ${of.system.name}/${of.component}`,
    static_configs: [{ targets: [`127.0.0.1:${port}`], labels: labelsOf(of) }],
  })
  const text = toYaml(
    {
      global: { scrape_interval: scrapeInterval, evaluation_interval: scrapeInterval },
      rule_files: ruleFiles,
      alerting: { alertmanagers: [{ static_configs: [{ targets: [`127.0.0.1:${ports.alertmanager}`] }] }] },
      scrape_configs: [
        { job_name: 'vigie', static_configs: [{ targets: [`127.0.0.1:${defaultPort}`] }] },
        ...scrapes,
        ...hosts.map((of) => exporter('node', ports['node-exporter'], of)),
        ...databases.map((of) => exporter('postgres', of.port, of)),
      ],
    },
    comments,
  )
  return { file: { path: 'prometheus.yml', text }, secrets }
}

interface Gathered {
  readonly secrets: SecretFile[]
  readonly comments: string[]
  readonly say: Say
}

function serviceScrape(service: Service, reveal: Reveal, gathered: Gathered): object {
  const { url, system, component } = service
  const job = `${system.name}/${component}`
  const params = Object.fromEntries([...url.searchParams.keys()].map((key) => [key, url.searchParams.getAll(key)]))
  return {
    job_name: job,
    scheme: url.protocol === 'https:' ? 'https' : undefined,
    metrics_path: url.pathname,
    params: Object.keys(params).length === 0 ? undefined : params,
    body_size_limit: longestAnswer,
    ...credentials(service, job, reveal, gathered),
    static_configs: [{ targets: [url.host], labels: labelsOf(service) }],
    metric_relabel_configs: relabelling,
  }
}

/** What a service must be told, from files. */
function credentials({ url, headers, system, component }: Service, job: string, reveal: Reveal, to: Gathered): object {
  const keep = (what: string, source: string, value: string | undefined): string => {
    const path = `secrets/${slugOf(`${system.name} ${component} ${what}`)}`
    to.secrets.push({ path, source, value })
    return path
  }
  for (const [name, secret] of Object.entries(headers)) {
    if (name.toLowerCase() === 'authorization') continue
    const file = keep(name, secretName(secret), reveal(secret))
    to.comments.push(to.say(headerLeftOut({ job, name, file })))
  }
  const [, secret] = Object.entries(headers).find(([name]) => name.toLowerCase() === 'authorization') ?? []
  if (secret !== undefined) {
    const { type, rest } = authorizationOf(secret, reveal)
    return { authorization: { type, credentials_file: keep('authorization', secretName(secret), rest) } }
  }
  if (url.username === '') return {}
  const password = decodeURIComponent(url.password)
  return {
    basic_auth: {
      username: decodeURIComponent(url.username),
      password_file: keep('password', `${job} url`, password),
    },
  }
}

/** `Bearer abc` in its two parts. */
function authorizationOf(secret: Secret, reveal: Reveal): { type: string; rest: string | undefined } {
  const value = isSecretReference(secret) ? reveal(secret) : String(secret)
  const [, type = 'Bearer', rest] = /^([A-Za-z]+) +(.+)$/s.exec(value ?? '') ?? []
  return { type, rest: rest ?? value }
}

function labelsOf({ system, component }: { system: { name: string }; component: string }): object {
  return { system: system.name, component }
}

const requests = `(?:${requestFamilies.join('|')})`

/** Adds `class` (`2xx` to `5xx`) and `endpoint` to what counts requests, whatever the service calls them. */
const relabelling = [
  ...endpointLabels.map((label) => ({
    source_labels: ['__name__', label],
    separator: ';',
    regex: `${requests};(.+)`,
    target_label: 'vigie_endpoint',
    replacement: '$1',
  })),
  // A service that has the label keeps it.
  {
    source_labels: ['endpoint', 'vigie_endpoint'],
    separator: ';',
    regex: ';(.+)',
    target_label: 'endpoint',
    replacement: '$1',
  },
  ...statusLabels.map((label) => ({
    source_labels: ['__name__', label],
    separator: ';',
    regex: `${requests};([1-5])(?:[0-9][0-9]|[xX][xX])`,
    target_label: 'class',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a group of the expression, as Prometheus writes it.
    replacement: '${1}xx',
  })),
  { regex: 'vigie_endpoint', action: 'labeldrop' },
]
