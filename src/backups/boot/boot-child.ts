import { spawn } from 'node:child_process'
import { setTimeout as wait } from 'node:timers/promises'
import type { BootAnswer, BootOrder } from './boot-order.ts'

/**
 * Starts an application, asks its health until it is well or the time is over, and prints the answer as JSON. It runs where the
 * application runs: in a network of its own that nobody else reaches.
 */
const order: BootOrder = JSON.parse(process.argv[2] ?? '')
const pollMs = 200
const keptOutput = 4000

const [program, ...args] = order.command
const app = spawn(program ?? '', args, { cwd: order.cwd, stdio: ['ignore', 'pipe', 'pipe'] })
let output = ''
let ended: string | undefined
const keep = (piece: Buffer): void => {
  output = `${output}${piece.toString()}`.slice(-keptOutput)
}
app.stdout.on('data', keep)
app.stderr.on('data', keep)
app.once('error', (error) => {
  ended = error.message
})
app.once('exit', (code, signal) => {
  ended ??= `exit ${code ?? signal}`
})

const answer = await ask()
app.kill('SIGTERM')
process.stdout.write(JSON.stringify({ ...answer, output } satisfies BootAnswer))
process.exit(0)

async function ask(): Promise<Omit<BootAnswer, 'output'>> {
  const until = performance.now() + order.limitMs
  let last = 'no answer'
  while (performance.now() < until) {
    if (ended !== undefined) return { isWell: false, said: ended }
    try {
      const { status } = await fetch(order.health, { redirect: 'manual', signal: AbortSignal.timeout(5000) })
      last = String(status)
      if (status >= 200 && status < 300) return { isWell: true, said: last }
    } catch (error) {
      last = error instanceof Error ? String(error.cause ?? error.message) : String(error)
    }
    await wait(pollMs)
  }
  return { isWell: false, said: last }
}
