import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BackupBook, BackupRecord, DrillRecord } from '../../src/core/backup-record.ts'
import { systemClock } from '../../src/core/clock.ts'
import type { Evidence, HistoryPoint, StepContext } from '../../src/core/context.ts'
import type { JsonValue } from '../../src/core/json.ts'
import { runCommand } from '../../src/platform/command-runner.ts'
import { createHttpClient } from '../../src/platform/http-client.ts'
import { readSecret } from '../../src/platform/secrets.ts'

export type TestContext = StepContext & { readonly evidence: Evidence[]; close(): Promise<void> }

/** What was kept, by name and then by time in milliseconds since 1970: a test can give what earlier looks saw. */
export type KeptSnapshots = Map<string, Map<number, JsonValue>>

/** A real context for the test of a kind: real clock, network and processes; history as given. */
export function testContext(
  overrides: Partial<Omit<StepContext, 'snapshots'>> & {
    readonly points?: Readonly<Record<string, readonly HistoryPoint[]>>
    readonly snapshots?: KeptSnapshots
  } = {},
): TestContext {
  const { points = {}, snapshots = new Map(), ...rest } = overrides
  const evidence: Evidence[] = []
  const http = createHttpClient({})
  const shared = new Map<string, Promise<unknown>>()
  const closers: (() => Promise<void>)[] = []
  const signal = rest.signal ?? new AbortController().signal
  return {
    evidence,
    clock: systemClock,
    signal,
    runId: 'run of the test',
    timeoutMs: 10_000,
    baseDir: process.cwd(),
    timeZone: 'UTC',
    dataDir: join(tmpdir(), 'vigie-test-data'),
    backups: aBook(),
    http: { send: (request, other) => http.send(request, other ?? signal), close: async () => undefined },
    run: async (spec) => {
      const result = await runCommand(spec, { signal, graceMs: 200 })
      evidence.push({ what: `$ ${spec.argv.join(' ')}`, output: result.stdout })
      return result
    },
    reveal: async (secret) => (await readSecret(secret, process.cwd())) ?? '',
    record: (one) => void evidence.push(one),
    progress: () => undefined,
    history: async (name) => points[name] ?? [],
    snapshots: keptSnapshots(snapshots, () => (rest.clock ?? systemClock).now()),
    share: <T>(key: string, open: () => Promise<T>, close: (resource: T) => Promise<void>) => {
      const known = shared.get(key) as Promise<T> | undefined
      if (known !== undefined) return known
      const made = open()
      shared.set(key, made)
      closers.push(async () => close(await made))
      return made
    },
    ownKey: async (name) => `key of the test for ${name}`,
    component: () => undefined,
    protectedPaths: async () => [],
    ...rest,
    close: async () => {
      for (const close of closers.reverse()) await close()
      await http.close()
    },
  }
}

function keptSnapshots(kept: KeptSnapshots, now: () => Date): StepContext['snapshots'] {
  return {
    keep: async (name, body) => {
      kept.set(name, new Map([...(kept.get(name) ?? []), [now().getTime(), body]]))
    },
    times: async (name, sinceMs) =>
      [...(kept.get(name)?.keys() ?? [])]
        .filter((at) => at >= now().getTime() - sinceMs)
        .toSorted((a, b) => a - b)
        .map((at) => new Date(at)),
    read: async (name, at) => kept.get(name)?.get(at.getTime()),
  }
}

function aBook(): BackupBook {
  const records = new Map<string, BackupRecord>()
  const drills: DrillRecord[] = []
  const list: BackupBook['list'] = async (entry, only) =>
    [...records.values()]
      .filter((one) => entry === undefined || one.entry === entry)
      .filter(({ removedAt }) => only !== 'there' || removedAt === undefined)
      .toSorted((a, b) => b.startedAt.getTime() - a.startedAt.getTime())
  return {
    keep: async (record) => void records.set(record.id, record),
    list,
    keepDrill: async (drill) => {
      drills.unshift(drill)
      const one = records.get(drill.backup)
      if (drill.status === 'passed' && one) records.set(one.id, { ...one, provedAt: drill.finishedAt })
    },
    drills: async (entry, since) =>
      drills
        .filter((one) => entry === undefined || one.entry === entry)
        .filter(({ startedAt }) => since === undefined || startedAt >= since),
    lastProved: async (name) =>
      (await list()).find(
        ({ provedAt, removedAt, parts }) =>
          provedAt !== undefined && removedAt === undefined && parts.some(({ component }) => component === name),
      ),
  }
}

export const aComponent = <Options>(options: Options, name = 'it') => ({ name, system: 'test', options })
