import { main } from './main.ts'

/** The process around `main`: signals in, exit code out. A second Ctrl-C ends at once. */
export async function start(): Promise<void> {
  const canceled = new AbortController()
  const onSignal = (): void => {
    if (canceled.signal.aborted) process.exit(130)
    canceled.abort()
  }
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal)
  // A reader that went away (`vigie … | head`) is no failure of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit(0)
  })
  const code = await main(process.argv.slice(2), canceled.signal)
  // What a probe left open must not hold the command; pending output goes out first.
  process.stdout.write('', () => process.exit(code))
}
