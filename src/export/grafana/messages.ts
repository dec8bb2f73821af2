import { message } from '../../core/message.ts'

export const dashService = message('export.dash-service', {
  en: () => 'Services: health and speed',
  fr: () => 'Services : santé et rapidité',
})
export const dashHost = message('export.dash-host', {
  en: () => 'Host and database',
  fr: () => 'Hôte et base de données',
})
export const panelUp = message('export.panel-up', { en: () => 'Answers', fr: () => 'Répond' })
export const panelAvailability = message('export.panel-availability', {
  en: () => 'Availability over 24 h',
  fr: () => 'Disponibilité sur 24 h',
})
export const panelFiring = message('export.panel-firing', {
  en: () => 'Alerts that fire',
  fr: () => 'Alertes en cours',
})
export const panelRequests = message('export.panel-requests', {
  en: () => 'Requests per second',
  fr: () => 'Requêtes par seconde',
})
export const panelErrors = message('export.panel-errors', {
  en: () => 'Answers that are errors',
  fr: () => 'Réponses en erreur',
})
export const panelTimes = message('export.panel-times', { en: () => 'Response times', fr: () => 'Temps de réponse' })
export const panelEndpoints = message('export.panel-endpoints', {
  en: () => 'Slowest endpoints (p95)',
  fr: () => "Points d'accès les plus lents (p95)",
})
export const panelVigie = message('export.panel-vigie', { en: () => 'Checks of Vigie', fr: () => 'Contrôles de Vigie' })
export const panelCpu = message('export.panel-cpu', { en: () => 'Processors', fr: () => 'Processeurs' })
export const panelMemory = message('export.panel-memory', { en: () => 'Memory', fr: () => 'Mémoire' })
export const panelDisk = message('export.panel-disk', { en: () => 'Disks', fr: () => 'Disques' })
export const panelDays = message('export.panel-days', {
  en: () => 'Days until a disk is full',
  fr: () => 'Jours avant disque plein',
})
export const panelNetwork = message('export.panel-network', { en: () => 'Network', fr: () => 'Réseau' })
export const panelConnections = message('export.panel-connections', {
  en: () => 'Connections taken',
  fr: () => 'Connexions prises',
})
export const panelSessions = message('export.panel-sessions', {
  en: () => 'Sessions by state',
  fr: () => 'Sessions par état',
})
export const panelWaiting = message('export.panel-waiting', {
  en: () => 'Sessions that wait for a lock',
  fr: () => 'Sessions qui attendent un verrou',
})
export const panelSize = message('export.panel-size', {
  en: () => 'Size of the databases',
  fr: () => 'Taille des bases',
})
export const dashboardMessages = [
  dashService,
  dashHost,
  panelUp,
  panelAvailability,
  panelFiring,
  panelRequests,
  panelErrors,
  panelTimes,
  panelEndpoints,
  panelVigie,
  panelCpu,
  panelMemory,
  panelDisk,
  panelDays,
  panelNetwork,
  panelConnections,
  panelSessions,
  panelWaiting,
  panelSize,
]
