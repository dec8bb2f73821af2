import type { AnyComponentKind } from './core/component.ts'
import { commandComponent } from './integrations/command/component.ts'
import { filesComponent } from './integrations/files/component.ts'
import { gitComponent } from './integrations/git/component.ts'
import { hostComponent } from './integrations/host/component.ts'
import { httpComponent } from './integrations/http/component.ts'
import { postgresComponent } from './integrations/postgres/component.ts'
import { runtimeComponent } from './integrations/runtime/component.ts'
import { tcpComponent } from './integrations/tcp/component.ts'
import { tlsComponent } from './integrations/tls/component.ts'

/** Every component kind that comes with Vigie. Its checks and tasks come with it. */
export const componentCatalog = [
  httpComponent,
  tlsComponent,
  tcpComponent,
  hostComponent,
  filesComponent,
  commandComponent,
  gitComponent,
  runtimeComponent,
  postgresComponent,
] as const

export const componentKinds: readonly AnyComponentKind[] = componentCatalog
