import { defineComponent } from '../../core/component.ts'
import { message } from '../../core/message.ts'
import { certificateCheck } from './checks/certificate.ts'
import { healthCheck } from './checks/health.ts'
import { latencyCheck } from './checks/latency.ts'
import { sseCheck } from './checks/sse.ts'
import { statusCheck } from './checks/status.ts'
import { metricsCollector } from './collectors/metrics.ts'
import { httpOptions } from './options.ts'

export const httpComponent = defineComponent({
  kind: 'http',
  summary: message('http.summary', { en: () => 'an HTTP service', fr: () => 'un service HTTP' }),
  options: httpOptions,
  checks: [statusCheck, healthCheck, latencyCheck, sseCheck, certificateCheck],
  tasks: [],
  collectors: [metricsCollector],
  identity: ({ url }) => url,
})
