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

export interface HelperSpec extends Streams {
  readonly image: string
  readonly argv: readonly [string, ...string[]]
  readonly volumes: readonly HelperVolume[]
}

/**
 * Runs a program of an image that the engine has, as root of a container of its own: no network, nothing of the host but
 * the volumes, and nothing written to the engine's logs. It is removed at its end, and ends when we are gone: its input
 * closes. The engine makes a volume that is not there: look first.
 */
export async function runHelper(
  engine: Engine,
  { image, argv, volumes, ...streams }: HelperSpec,
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
        User: '0:0',
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
          Mounts: volumes.map(({ name, at, isReadOnly }) => ({
            Type: 'volume',
            Source: name,
            Target: at,
            ReadOnly: isReadOnly,
            VolumeOptions: { NoCopy: true },
          })),
        },
      },
      signal,
    },
    created,
  )
  const at = `/containers/${Id}`
  try {
    const connection = await engine.upgrade({ path: `${at}/attach?stream=1&stdin=1&stdout=1&stderr=1`, signal })
    // Asked before the start, so that a helper that ends at once is not missed.
    const end = await engine.begin({ method: 'POST', path: `${at}/wait?condition=removed`, limitMs: longestMs, signal })
    await engine.tell({ method: 'POST', path: `${at}/start`, signal })
    const said = await converse(connection, streams, program, signal)
    const { StatusCode } = await end.rest(waited)
    return { exitCode: StatusCode, ...said }
  } catch (error) {
    // It is most often gone by then; what keeps it from going must not hide why we stop.
    await engine.tell({ method: 'DELETE', path: `${at}?force=1&v=1` }).catch(() => undefined)
    throw error
  }
}
