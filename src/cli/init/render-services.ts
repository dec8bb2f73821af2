import { parseDocument } from 'yaml'
import type { Unreadable } from './compose-services.ts'

export interface RenderService {
  readonly name: string
  readonly health: string | undefined
}

/** The web services of a render.yaml: their names and health paths, nothing of their variables. */
export function renderServices(text: string): readonly RenderService[] | Unreadable {
  let services: unknown
  try {
    const document = parseDocument(text, { logLevel: 'silent' })
    const [mistake] = document.errors
    if (mistake !== undefined) return { line: mistake.linePos?.[0].line }
    services = Object(document.toJS()).services
  } catch {
    return { line: undefined }
  }
  return (Array.isArray(services) ? services : []).flatMap((service) => {
    const { type, name, healthCheckPath }: Readonly<Record<string, unknown>> = Object(service)
    // A name that is none would not be part of an address.
    if (type !== 'web' || typeof name !== 'string' || !/^[a-z0-9][a-z0-9-]*$/i.test(name)) return []
    const isPath = typeof healthCheckPath === 'string' && /^\/[\w./-]*$/.test(healthCheckPath)
    return [{ name, health: isPath ? healthCheckPath : undefined }]
  })
}
