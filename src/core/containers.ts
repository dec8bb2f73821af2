import type { StepContext } from './context.ts'

export const containerStates = ['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead'] as const
export type ContainerState = (typeof containerStates)[number]

/** A container as it was when it was looked at. A type: it is JSON. */
export type SeenContainer = {
  readonly id: string
  readonly name: string
  /** What it was made from, as it was named. */
  readonly image: string
  readonly state: ContainerState
  /** By its own health check; `none` when it has no such. */
  readonly health: 'none' | 'starting' | 'healthy' | 'unhealthy'
  /** Of its compose stack; undefined outside one. */
  readonly project: string | undefined
  readonly service: string | undefined
}

/** A program that is run inside a running container, without a terminal. */
export interface ContainerCommand {
  readonly argv: readonly [string, ...string[]]
  readonly env?: Readonly<Record<string, string>>
  readonly user?: string
  /** Given byte for byte, then closed. */
  readonly stdin?: AsyncIterable<Uint8Array>
  /** Gets all of standard output, byte for byte, and is waited for: then none of it is in the result. */
  readonly onStdout?: (piece: Uint8Array) => Promise<void>
}

export interface ContainerCommandResult {
  readonly exitCode: number
  /** At most 1 MB of each. */
  readonly stdout: string
  readonly stderr: string
}

/** A component that consists of containers. All of it throws `no-answer` when the engine says nothing. */
export interface ContainersAbility {
  /** Those of the component, stopped ones too, in the order of their names. */
  list(ctx: StepContext): Promise<readonly SeenContainer[]>
  /** All containers of a service. Those that are as asked already are left alone. Throws when there is none. */
  act(ctx: StepContext, service: string, act: 'stop' | 'start' | 'pause' | 'unpause'): Promise<readonly SeenContainer[]>
  /**
   * Waits until all containers of a service run and are healthy by their own health check; one without a check must stay
   * up for five seconds. Throws `action-refused` when that is not so within the limit.
   */
  waitHealthy(ctx: StepContext, service: string, limitMs: number): Promise<void>
  /** In the first running container of a service. */
  exec(ctx: StepContext, service: string, command: ContainerCommand): Promise<ContainerCommandResult>
}
