import { systemClock } from '../../src/core/clock.ts'
import type { Evidence, HistoryPoint, StepContext } from '../../src/core/context.ts'
import { runCommand } from '../../src/platform/command-runner.ts'
import { createHttpClient } from '../../src/platform/http-client.ts'
import { readSecret } from '../../src/platform/secrets.ts'

export type TestContext = StepContext & { readonly evidence: Evidence[]; close(): Promise<void> }

/** A real context for the test of a kind: real clock, network and processes; history as given. */
export function testContext(
  overrides: Partial<StepContext> & { readonly points?: Readonly<Record<string, readonly HistoryPoint[]>> } = {},
): TestContext {
  const { points = {}, ...rest } = overrides
  const evidence: Evidence[] = []
  const http = createHttpClient({})
  const shared = new Map<string, Promise<unknown>>()
  const closers: (() => Promise<void>)[] = []
  const signal = rest.signal ?? new AbortController().signal
  return {
    evidence,
    clock: systemClock,
    signal,
    timeoutMs: 10_000,
    baseDir: process.cwd(),
    http: { send: (request, other) => http.send(request, other ?? signal), close: async () => undefined },
    run: async (spec) => {
      const result = await runCommand(spec, { signal, graceMs: 200 })
      evidence.push({ what: `$ ${spec.argv.join(' ')}`, output: result.stdout })
      return result
    },
    reveal: async (secret) => (await readSecret(secret, process.cwd())) ?? '',
    record: (one) => void evidence.push(one),
    history: async (name) => points[name] ?? [],
    share: <T>(key: string, open: () => Promise<T>, close: (resource: T) => Promise<void>) => {
      const known = shared.get(key) as Promise<T> | undefined
      if (known !== undefined) return known
      const made = open()
      shared.set(key, made)
      closers.push(async () => close(await made))
      return made
    },
    ownKey: async (name) => `key of the test for ${name}`,
    protectedPaths: async () => [],
    ...rest,
    close: async () => {
      for (const close of closers.reverse()) await close()
      await http.close()
    },
  }
}

export const aComponent = <Options>(options: Options, name = 'it') => ({ name, system: 'test', options })
