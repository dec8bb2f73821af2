import * as z from 'zod'
import { containerStates, type SeenContainer } from '../../core/containers.ts'
import type { Engine } from './engine.ts'
import { isGone } from './engine-error.ts'

const mountSchema = z.object({
  Type: z.string(),
  Name: z.string().optional(),
  Source: z.string().default(''),
  Destination: z.string(),
  RW: z.boolean(),
})
export type ContainerMount = z.output<typeof mountSchema>

const inspected = z.object({
  Id: z.string(),
  Name: z.string(),
  RestartCount: z.number(),
  Config: z.object({
    Image: z.string(),
    Env: z.array(z.string()).nullish(),
    Labels: z.record(z.string(), z.string()).nullish(),
  }),
  State: z.object({
    Status: z.enum(containerStates),
    ExitCode: z.number(),
    OOMKilled: z.boolean().optional(),
    StartedAt: z.string(),
    Health: z.object({ Status: z.string() }).nullish(),
  }),
  HostConfig: z.object({ AutoRemove: z.boolean().optional() }),
  Mounts: z.array(mountSchema).nullish(),
})
const listed = z.array(z.object({ Id: z.string() }))

/** A container with what work on it needs to know. */
export interface Container extends SeenContainer {
  readonly env: readonly string[]
  readonly labels: Readonly<Record<string, string>>
  readonly mounts: readonly ContainerMount[]
  /** Of its last end. */
  readonly exitCode: number
  /** Another value says that it was started again. */
  readonly startedAt: string
  readonly restartCount: number
  /** It is gone for good when it is stopped. */
  readonly isRemovedAtEnd: boolean
}

/** Throws `EngineError` with status 404 when it is not there. */
export async function inspectContainer(engine: Engine, id: string, signal?: AbortSignal): Promise<Container> {
  const path = `/containers/${encodeURIComponent(id)}/json`
  const { Id, Name, Config, State, HostConfig, Mounts, RestartCount } = await engine.ask(
    { path, ...(signal && { signal }) },
    inspected,
  )
  const labels = Config.Labels ?? {}
  return {
    id: Id,
    name: Name.replace(/^\//, ''),
    image: Config.Image,
    state: State.Status,
    health: healthOf(State.Health?.Status),
    project: labels['com.docker.compose.project'],
    service: labels['com.docker.compose.service'],
    env: Config.Env ?? [],
    labels,
    mounts: Mounts ?? [],
    exitCode: State.ExitCode,
    startedAt: State.StartedAt,
    restartCount: RestartCount,
    isRemovedAtEnd: HostConfig.AutoRemove === true,
  }
}

/** All that the filters let through (Engine API, ContainerList), stopped ones too, in the order of their names. */
export async function listContainers(
  engine: Engine,
  filters: Readonly<Record<string, readonly string[]>>,
  signal?: AbortSignal,
): Promise<readonly Container[]> {
  const path = `/containers/json?all=1&filters=${encodeURIComponent(JSON.stringify(filters))}`
  const found = await engine.ask({ path, ...(signal && { signal }) }, listed)
  const containers: Container[] = []
  for (const { Id } of found) {
    // One that went away meanwhile is none.
    const one = await inspectContainer(engine, Id, signal).catch((error: unknown) => {
      if (isGone(error)) return undefined
      throw error
    })
    if (one !== undefined) containers.push(one)
  }
  return containers.toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

/** What others may see of it. */
export function seenOf({ id, name, image, state, health, project, service }: Container): SeenContainer {
  return { id, name, image, state, health, project, service }
}

export function isRunning({ state }: Pick<Container, 'state'>): boolean {
  return state === 'running' || state === 'restarting'
}

function healthOf(status: string | undefined): SeenContainer['health'] {
  return status === 'starting' || status === 'healthy' || status === 'unhealthy' ? status : 'none'
}
