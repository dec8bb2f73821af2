import { contentTypes, formatFor } from '../render-metrics.ts'
import type { Route } from '../route.ts'
import type { SelfMetrics } from '../self-metrics.ts'

/** What Vigie tells about itself, for Prometheus and whoever reads its formats. */
export function metricsRoute(metrics: SelfMetrics): Route {
  return {
    name: 'metrics',
    path: /^\/metrics$/,
    methods: ['GET'],
    handle: async (request) => {
      const format = formatFor(request.header('accept'))
      return { status: 200, body: metrics.render(format), type: contentTypes[format] }
    },
  }
}
