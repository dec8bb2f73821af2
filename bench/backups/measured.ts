import { spawn } from 'node:child_process'
import { once } from 'node:events'

export interface Measured {
  readonly wallS: number
  /** Of all processes together. */
  readonly cpuS: number
  /** Of the largest process, in MB. */
  readonly peakMb: number
}

const format = '%e %U %S %M'

/** A command under GNU time: what it and all that it started took. Throws when it fails. */
export async function measured(
  argv: readonly string[],
  { cwd, env }: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<Measured> {
  const child = spawn('/usr/bin/time', ['-q', '-f', format, ...argv], { cwd, env, stdio: ['ignore', 'ignore', 'pipe'] })
  let errors = ''
  child.stderr.on('data', (piece: Buffer) => {
    errors += piece.toString()
  })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`${argv.join(' ').slice(0, 200)} ended with ${code}: ${errors.slice(-2000)}`)
  const [wallS = 0, user = 0, system = 0, peakKb = 0] = (errors.trim().split('\n').at(-1) ?? '').split(' ').map(Number)
  return { wallS, cpuS: user + system, peakMb: peakKb / 1000 }
}
