import { message } from '../core/message.ts'

/** What the numbers on the page at `/` are called. */
export const responseTime = message<{ share: number }>('api.figure-response-time', {
  en: (p) => `Response time p${p.share}`,
  fr: (p) => `Temps de réponse p${p.share}`,
})
export const requestRate = message('api.figure-request-rate', {
  en: () => 'Requests per second',
  fr: () => 'Requêtes par seconde',
})
export const errorRatio = message<{ class: string }>('api.figure-error-ratio', {
  en: (p) => `Errors ${p.class}`,
  fr: (p) => `Erreurs ${p.class}`,
})
export const authSuccesses = message('api.figure-auth-successes', {
  en: () => 'Authentications, successful',
  fr: () => 'Authentifications réussies',
})
export const authFailures = message('api.figure-auth-failures', {
  en: () => 'Authentications, failed',
  fr: () => 'Authentifications échouées',
})
export const activeUsers = message('api.figure-active-users', {
  en: () => 'Active users',
  fr: () => 'Utilisateurs actifs',
})
export const healthLatency = message('api.figure-health-latency', {
  en: () => 'Health check, response time',
  fr: () => 'Contrôle de santé, temps de réponse',
})
export const statusLatency = message('api.figure-status-latency', {
  en: () => 'Status check, response time',
  fr: () => 'Contrôle de statut, temps de réponse',
})
export const processors = message('api.figure-processors', { en: () => 'Processors', fr: () => 'Processeurs' })
export const memory = message('api.figure-memory', { en: () => 'Memory', fr: () => 'Mémoire' })
export const connections = message('api.figure-connections', {
  en: () => 'Connections taken',
  fr: () => 'Connexions prises',
})
export const figureTitles = [
  ...[responseTime, requestRate, errorRatio, authSuccesses, authFailures, activeUsers],
  ...[healthLatency, statusLatency, processors, memory, connections],
]
