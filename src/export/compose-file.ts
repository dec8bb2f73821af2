import type { GeneratedFile, SecretFile } from './generated-file.ts'
import { images, ports } from './images.ts'
import { composeNetwork, header } from './messages.ts'
import type { Database, Monitored } from './monitored.ts'
import { toYaml } from './to-yaml.ts'
import type { Say } from './words.ts'

export const composePath = 'docker-compose.monitoring.yml'
export const passwordPath = '.env.monitoring'
/** As in Vigie: single points for a month. */
const retention = '30d'

/**
 * The stack on the network of the host, each part bound to loopback there: Prometheus sees what Vigie sees under the
 * same addresses, and nobody else sees it.
 */
export function composeFile(
  { hosts, databases }: Monitored,
  secrets: { readonly prometheus: readonly SecretFile[]; readonly alertmanager: readonly SecretFile[] },
  say: Say,
): GeneratedFile {
  const services = {
    prometheus: {
      ...common(images.prometheus),
      working_dir: '/etc/prometheus',
      command: [
        '--config.file=/etc/prometheus/prometheus.yml',
        '--storage.tsdb.path=/prometheus',
        `--storage.tsdb.retention.time=${retention}`,
        `--web.listen-address=127.0.0.1:${ports.prometheus}`,
      ],
      volumes: [
        'prometheus-data:/prometheus',
        './prometheus.yml:/etc/prometheus/prometheus.yml:ro',
        './rules:/etc/prometheus/rules:ro',
        ...secrets.prometheus.map(({ path }) => `./${path}:/etc/prometheus/${path}:ro`),
      ],
    },
    alertmanager: {
      ...common(images.alertmanager),
      working_dir: '/etc/alertmanager',
      command: [
        '--config.file=/etc/alertmanager/alertmanager.yml',
        '--storage.path=/alertmanager',
        `--web.listen-address=127.0.0.1:${ports.alertmanager}`,
        // Without it a port for other Alertmanagers would be open to all.
        '--cluster.listen-address=',
      ],
      volumes: [
        'alertmanager-data:/alertmanager',
        './alertmanager.yml:/etc/alertmanager/alertmanager.yml:ro',
        ...secrets.alertmanager.map(({ path }) => `./${path}:/etc/alertmanager/${path}:ro`),
      ],
    },
    grafana: {
      ...common(images.grafana),
      env_file: [passwordPath],
      environment: {
        GF_SERVER_HTTP_ADDR: '127.0.0.1',
        GF_SERVER_HTTP_PORT: String(ports.grafana),
        GF_USERS_ALLOW_SIGN_UP: 'false',
        GF_AUTH_ANONYMOUS_ENABLED: 'false',
        GF_ANALYTICS_REPORTING_ENABLED: 'false',
      },
      volumes: [
        'grafana-data:/var/lib/grafana',
        './grafana/provisioning:/etc/grafana/provisioning:ro',
        './grafana:/etc/grafana/vigie:ro',
      ],
    },
    ...(hosts.length > 0 && { 'node-exporter': nodeExporter }),
    ...Object.fromEntries(databases.map((database) => [database.name, postgresExporter(database)])),
  }
  const volumes = { 'prometheus-data': {}, 'alertmanager-data': {}, 'grafana-data': {} }
  return { path: composePath, text: toYaml({ services, volumes }, [say(header({})), say(composeNetwork({}))]) }
}

const nodeExporter = {
  ...common(images['node-exporter']),
  pid: 'host',
  command: ['--path.rootfs=/host', `--web.listen-address=127.0.0.1:${ports['node-exporter']}`],
  volumes: ['/:/host:ro,rslave'],
}

function postgresExporter({ name, port }: Database): object {
  const at = (part: string): string => `/run/secrets/${name}-${part}`
  return {
    ...common(images['postgres-exporter']),
    command: [`--web.listen-address=127.0.0.1:${port}`],
    environment: {
      DATA_SOURCE_URI_FILE: at('uri'),
      DATA_SOURCE_USER_FILE: at('user'),
      DATA_SOURCE_PASS_FILE: at('pass'),
    },
    volumes: databaseParts.map((part) => `./secrets/${name}-${part}:${at(part)}:ro`),
  }
}

function common(image: string): { image: string; network_mode: string; restart: string } {
  return { image, network_mode: 'host', restart: 'unless-stopped' }
}

const databaseParts = ['uri', 'user', 'pass'] as const
