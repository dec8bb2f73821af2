import { errorCodes } from '../core/errors.ts'
import { createFormatter } from '../core/formatter.ts'
import { createRenderer, messageMap } from '../core/message.ts'
import { localeOfSystem, main, tellCrash } from './main.ts'
import { outputLost } from './texts.ts'

/** The process around `main`: signals in, exit code out. A second Ctrl-C ends at once. */
export async function start(): Promise<void> {
  const canceled = new AbortController()
  const onSignal = (): void => {
    if (canceled.signal.aborted) process.exit(130)
    canceled.abort()
  }
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal).on('SIGHUP', onSignal)
  // What was begun ends whatever becomes of its output; what that was is told at the end.
  process.stdout.on('error', () => undefined)
  process.stderr.on('error', () => undefined)
  const argv = process.argv.slice(2)
  process.on('uncaughtException', (error) => {
    // While a config loads, its reader tells the error as one of the config.
    if (process.listenerCount('uncaughtException') === 1) end(tellCrash(argv, error))
  })
  end(await main(argv, canceled.signal))
}

/** What a probe left open must not hold the command; pending output goes out first. */
function end(code: number): void {
  process.stdout.write('', () => {
    const lost = process.stdout.errored
    process.exit(lost === null || isReaderGone(lost) ? code : tellLost(lost))
  })
}

/** A reader that went away (`vigie … | head`), or a terminal that was closed, is no failure of ours. */
function isReaderGone({ code }: NodeJS.ErrnoException): boolean {
  return code === 'EPIPE' || code === 'EIO'
}

function tellLost({ message }: Error): number {
  const renderer = createRenderer(messageMap([outputLost]), createFormatter(localeOfSystem()))
  process.stderr.write(`${renderer.render(outputLost({ detail: message }))}\n`)
  return errorCodes.internal.exit
}
