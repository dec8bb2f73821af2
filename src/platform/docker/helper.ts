import * as z from 'zod'
import { converse, type Streams } from './converse.ts'
import type { Engine } from './engine.ts'

const created = z.object({ Id: z.string() })
const waited = z.object({ StatusCode: z.number(), Error: z.object({ Message: z.string() }).nullish() })
/** A helper that lives longer than any volume needs would not be noticed by anybody. */
const longestMs = 2 ** 31 - 1

/** All helpers bear it; its value is what they do. */
const helperLabel = 'app.vigie.helper'

export interface HelperVolume {
  readonly name: string
  /** Absolute, in the helper. */
  readonly at: string
  readonly isReadOnly: boolean
}

/** A file or folder of the engine's machine, which is there. */
export interface HelperBind {
  readonly here: string
  /** Absolute, in the helper. */
  readonly at: string
  readonly isReadOnly: boolean
}

export interface HelperSpec extends Streams {
  readonly image: string
  readonly argv: readonly [string, ...string[]]
  readonly volumes: readonly HelperVolume[]
  /** Default: none. */
  readonly binds?: readonly HelperBind[]
  /** `uid:gid`. Default: root. */
  readonly user?: string
  /** Of what other containers get of a busy processor, which are given 1024. Default: as much. */
  readonly cpuShares?: number
  /** Is told its id when it runs. */
  readonly onStarted?: (id: string) => void
}

/**
 * Runs a program of an image that the engine has, in a container of its own: no network, nothing of the host but
 * the volumes and binds, and nothing written to the engine's logs. It is removed at its end, and ends when we are gone: its input
 * closes. The engine makes a volume that is not there: look first.
 */
export async function runHelper(
  engine: Engine,
  { image, argv, volumes, binds = [], user = '0:0', cpuShares, onStarted, ...streams }: HelperSpec,
  signal: AbortSignal,
): Promise<{ readonly exitCode: number; readonly stdout: string; readonly stderr: string }> {
  const [program, ...words] = argv
  const { Id } = await engine.ask(
    {
      method: 'POST',
      path: '/containers/create',
      body: {
        Image: image,
        Entrypoint: [program],
        Cmd: words,
        User: user,
        Env: ['LC_ALL=C'],
        WorkingDir: '/',
        AttachStdin: true,
        AttachStdout: true,
        AttachStderr: true,
        OpenStdin: true,
        StdinOnce: true,
        Tty: false,
        NetworkDisabled: true,
        Healthcheck: { Test: ['NONE'] },
        Labels: { [helperLabel]: program },
        HostConfig: {
          AutoRemove: true,
          NetworkMode: 'none',
          LogConfig: { Type: 'none' },
          ReadonlyRootfs: true,
          ...(cpuShares !== undefined && { CpuShares: cpuShares }),
          Mounts: [
            ...volumes.map(({ name, at, isReadOnly }) => ({
              Type: 'volume',
              Source: name,
              Target: at,
              ReadOnly: isReadOnly,
              VolumeOptions: { NoCopy: true },
            })),
            ...binds.map(({ here, at, isReadOnly }) => ({
              Type: 'bind',
              Source: here,
              Target: at,
              ReadOnly: isReadOnly,
            })),
          ],
        },
      },
    },
    created,
  )
  const at = `/containers/${Id}`
  try {
    // Not before: what the engine has made must be known to be removed.
    signal.throwIfAborted()
    const connection = await engine.upgrade({ path: `${at}/attach?stream=1&stdin=1&stdout=1&stderr=1`, signal })
    // Asked before the start, so that a helper that ends at once is not missed.
    const end = await engine.begin({ method: 'POST', path: `${at}/wait?condition=removed`, limitMs: longestMs, signal })
    await engine.tell({ method: 'POST', path: `${at}/start`, signal })
    onStarted?.(Id)
    const said = await converse(connection, streams, program, signal)
    const { StatusCode } = await end.rest(waited)
    return { exitCode: StatusCode, ...said }
  } catch (error) {
    // It is most often gone by then; what keeps it from going must not hide why we stop.
    await engine.tell({ method: 'DELETE', path: `${at}?force=1&v=1` }).catch(() => undefined)
    throw error
  }
}
