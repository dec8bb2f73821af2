import * as z from 'zod'
import type { System } from '../config/system.ts'
import { type Secret, secretSchema } from '../core/secret.ts'
import { ports } from './images.ts'

/** What of the systems Prometheus can look at itself. */
export interface Monitored {
  readonly services: readonly Service[]
  readonly hosts: readonly Part[]
  readonly databases: readonly Database[]
}

interface Part {
  readonly system: System
  readonly component: string
}

/** A service with metrics of its own. */
export interface Service extends Part {
  readonly url: URL
  readonly headers: Readonly<Record<string, Secret>>
}

/** A PostgreSQL server, through an exporter of its own. */
export interface Database extends Part {
  readonly url: Secret
  readonly port: number
  /** Of its exporter, and of the files that hold its address. */
  readonly name: string
}

const serviceOptions = z.object({
  url: z.string(),
  metrics: z.string(),
  headers: z.record(z.string(), secretSchema).default({}),
})
const databaseOptions = z.object({ url: secretSchema })

export function monitoredOf(systems: readonly System[]): Monitored {
  const parts = (kind: string): readonly (Part & { readonly options: unknown })[] =>
    systems.flatMap((system) =>
      system.components
        .filter((one) => one.kind.kind === kind)
        .map(({ name, options }) => ({ system, component: name, options })),
    )
  const services = parts('http').flatMap(({ system, component, options }) => {
    const { data } = serviceOptions.safeParse(options)
    if (data === undefined) return []
    return [{ system, component, url: new URL(data.metrics, data.url), headers: data.headers }]
  })
  const databases = parts('postgres').flatMap(({ system, component, options }, index) => {
    const { data } = databaseOptions.safeParse(options)
    const name = index === 0 ? 'postgres-exporter' : `postgres-exporter-${index + 1}`
    return data === undefined
      ? []
      : [{ system, component, name, url: data.url, port: ports['postgres-exporter'] + index }]
  })
  return { services, hosts: parts('host'), databases }
}
