import { errorCodes, VigieError } from '../core/errors.ts'
import { createFormatter } from '../core/formatter.ts'
import { createRenderer, messageMap, type Text } from '../core/message.ts'
import { localeOfSystem, main, tellCrash } from './main.ts'
import { endedEarly, outputLost, stillEnding } from './texts.ts'

const endProcess = process.exit.bind(process)
/** Who pressed Ctrl-C and sees nothing presses it again. */
const patienceMs = 1500
const sameMomentMs = 1000
/** Whether it is ourselves who end the program. */
let isOver = false

/** The process around `main`: signals in, exit code out. A second Ctrl-C ends at once. */
export async function start(): Promise<void> {
  const argv = process.argv.slice(2)
  process.on('exit', () => {
    if (!isOver) process.exitCode = tellCrash(argv, new VigieError('internal', endedEarly({})))
  })
  const canceled = new AbortController()
  let canceledAt = 0
  const onSignal = (signal: NodeJS.Signals): void => {
    if (canceled.signal.aborted) {
      // A terminal that goes away sends several within a moment: nobody has asked twice.
      if (signal === 'SIGINT' || performance.now() - canceledAt > sameMomentMs) exit(130)
      return
    }
    canceledAt = performance.now()
    canceled.abort()
    setTimeout(() => tell(stillEnding({})), patienceMs).unref()
  }
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal).on('SIGHUP', onSignal)
  // What was begun ends whatever becomes of its output; what that was is told at the end.
  process.stdout.on('error', () => undefined)
  process.stderr.on('error', () => undefined)
  process.on('uncaughtException', (error) => {
    // While a config loads, its reader tells the error as one of the config.
    if (process.listenerCount('uncaughtException') === 1) end(tellCrash(argv, error))
  })
  end(await main(argv, canceled.signal))
}

/** While a config loads, `process.exit` is not the real one. */
function exit(code: number): never {
  isOver = true
  return endProcess(code)
}

/** What a probe left open must not hold the command; pending output goes out first. */
function end(code: number): void {
  process.stdout.write('', () => {
    const lost = process.stdout.errored
    exit(lost === null || isReaderGone(lost) ? code : tellLost(lost))
  })
}

/** A reader that went away (`vigie … | head`), or a terminal that was closed, is no failure of ours. */
function isReaderGone({ code }: NodeJS.ErrnoException): boolean {
  return code === 'EPIPE' || code === 'EIO'
}

function tellLost({ message }: Error): number {
  tell(outputLost({ detail: message }))
  return errorCodes.internal.exit
}

function tell(text: Text): void {
  const renderer = createRenderer(messageMap([outputLost, stillEnding]), createFormatter(localeOfSystem()))
  process.stderr.write(`${renderer.render(text)}\n`)
}
