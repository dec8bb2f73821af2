import { readyRuleMessages } from '../alerts/catalog.ts'
import { message } from '../core/message.ts'
import { dashboardMessages } from './grafana/messages.ts'

export const madeByVigie = message<{ series: string }>('export.made-by-vigie', {
  en: (p) => `${p.series} is measured by Vigie's own looks; no exporter has it`,
  fr: (p) => `${p.series} est mesuré par les contrôles de Vigie ; aucun exportateur ne le fournit`,
})
export const sqlMetric = message<{ series: string }>('export.sql-metric', {
  en: (p) => `${p.series} is the answer to a query that Vigie asks; Prometheus asks no queries`,
  fr: (p) => `${p.series} est la réponse à une requête SQL que pose Vigie ; Prometheus n'en pose pas`,
})
export const notLookedAt = message<{ series: string; kind: string }>('export.not-looked-at', {
  en: (p) =>
    p.kind === 'http'
      ? `${p.series} would come from a service's own metrics, and no http component names their path (metrics: '/metrics')`
      : `${p.series} would come from a ${p.kind} component, and the config has none`,
  fr: (p) =>
    p.kind === 'http'
      ? `${p.series} viendrait des métriques d'un service, et aucun composant http n'en donne le chemin (metrics: '/metrics')`
      : `${p.series} viendrait d'un composant ${p.kind}, et la configuration n'en a pas`,
})
export const header = message('export.header', {
  en: () => 'Written anew by each "vigie export prometheus": change vigie.config, not this file.',
  fr: () => 'Réécrit à chaque « vigie export prometheus » : modifiez vigie.config, pas ce fichier.',
})
export const dashboardNote = message('export.dashboard-note', {
  en: () => 'Written by "vigie export prometheus"; save a copy to change it.',
  fr: () => 'Écrit par « vigie export prometheus » ; enregistrez une copie pour le modifier.',
})
export const exportedWord = message<{ place: string; rule: string }>('export.summary', {
  en: (p) => `${p.place}: ${p.rule} (now {{ $value }})`,
  fr: (p) => `${p.place} : ${p.rule} (à présent {{ $value }})`,
})
export const seriesNote = message('export.series-note', {
  en: () => 'Series as Vigie names them, made from what services, node_exporter and postgres_exporter tell.',
  fr: () =>
    'Séries telles que Vigie les nomme, tirées de ce que disent les services, node_exporter et postgres_exporter.',
})
export const leftOutNote = message<{ count: number }>('export.left-out', {
  en: (p, f) =>
    f.plural(p.count, {
      one: 'One rule stays with Vigie alone, as Prometheus has no such series:',
      other: `${p.count} rules stay with Vigie alone, as Prometheus has no such series:`,
    }),
  fr: (p, f) =>
    f.plural(p.count, {
      one: "Une règle reste à Vigie seule, Prometheus n'ayant pas ces séries :",
      other: `${p.count} règles restent à Vigie seule, Prometheus n'ayant pas ces séries :`,
    }),
})
export const allTranslated = message('export.all-translated', {
  en: () => 'Every rule stands here.',
  fr: () => 'Toutes les règles sont ici.',
})
export const targetDown = message('export.target-down', {
  en: () => '{{ $labels.job }}: {{ $labels.instance }} does not answer Prometheus',
  fr: () => '{{ $labels.job }} : {{ $labels.instance }} ne répond pas à Prometheus',
})
export const databaseDown = message('export.database-down', {
  en: () => '{{ $labels.component }}: PostgreSQL does not answer its exporter',
  fr: () => '{{ $labels.component }} : PostgreSQL ne répond pas à son exportateur',
})
export const headerLeftOut = message<{ job: string; name: string; file: string }>('export.header-left-out', {
  en: (p) =>
    `${p.job}: the header ${p.name} is not sent: Prometheus knows http_headers from 2.55 on. There: http_headers: { ${p.name}: { files: [${p.file}] } }`,
  fr: (p) =>
    `${p.job} : l'en-tête ${p.name} n'est pas envoyé : Prometheus connaît http_headers depuis 2.55. Là : http_headers: { ${p.name}: { files: [${p.file}] } }`,
})
export const onlyVigie = message<{ kind: string }>('export.only-vigie', {
  en: (p) => `Alertmanager has no receiver of the kind ${p.kind}`,
  fr: (p) => `Alertmanager n'a pas de destinataire de type ${p.kind}`,
})
export const ownBody = message('export.own-body', {
  en: () => 'it signs, has headers or a body of its own, which Alertmanager cannot',
  fr: () => "il signe, ou a ses propres en-têtes ou son propre corps, ce qu'Alertmanager ne sait pas faire",
})
export const hiddenUrl = message<{ url: string }>('export.hidden-url', {
  en: (p) => `its address is a secret (${p.url}), which Alertmanager reads from no file before 0.26`,
  fr: (p) => `son adresse est un secret (${p.url}), qu'Alertmanager ne lit dans aucun fichier avant 0.26`,
})
export const hiddenUser = message<{ user: string }>('export.hidden-user', {
  en: (p) => `its user is a secret (${p.user}) and not its own address; Alertmanager reads it from no file`,
  fr: (p) =>
    `son utilisateur est un secret (${p.user}) et non sa propre adresse ; Alertmanager ne le lit dans aucun fichier`,
})
export const badTls = message<{ port: number; security: string }>('export.bad-tls', {
  en: (p) => `Alertmanager begins with TLS on port 465 and on no other: here it is ${p.security} on port ${p.port}`,
  fr: (p) =>
    `Alertmanager commence par TLS sur le port 465 et sur aucun autre : ici, ${p.security} sur le port ${p.port}`,
})
export const throughVigie = message<{ channel: string; reason: string }>('export.through-vigie', {
  en: (p) => `${p.channel}: told through Vigie: ${p.reason}`,
  fr: (p) => `${p.channel} : annoncé par Vigie : ${p.reason}`,
})
export const composeNetwork = message('export.compose-network', {
  en: () =>
    'On the network of the host, bound to 127.0.0.1: Prometheus reaches what Vigie reaches, and nobody else reaches Prometheus.',
  fr: () =>
    "Sur le réseau de l'hôte, lié à 127.0.0.1 : Prometheus atteint ce que Vigie atteint, et personne d'autre n'atteint Prometheus.",
})
export const exportMessages = [
  madeByVigie,
  sqlMetric,
  notLookedAt,
  header,
  dashboardNote,
  exportedWord,
  seriesNote,
  leftOutNote,
  allTranslated,
  targetDown,
  databaseDown,
  headerLeftOut,
  onlyVigie,
  ownBody,
  hiddenUrl,
  hiddenUser,
  badTls,
  throughVigie,
  composeNetwork,
  ...dashboardMessages,
  ...readyRuleMessages,
]
