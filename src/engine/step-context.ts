import type { BackupBook, BackupPartRecord } from '../core/backup-record.ts'
import type { Clock } from '../core/clock.ts'
import { secretsInCommand } from '../core/command-line-secrets.ts'
import type { Abilities } from '../core/component.ts'
import type { CommandResult, CommandSpec, Evidence, HttpClient, StepContext } from '../core/context.ts'
import { VigieError } from '../core/errors.ts'
import { printable } from '../core/printable.ts'
import type { Redactor } from '../core/redact.ts'
import type { Snapshots } from '../core/snapshot.ts'
import { readSecret, secretName } from '../platform/secrets.ts'
import type { BackupStore } from '../store/backup-store.ts'
import type { MeasurementStore } from '../store/measurement-store.ts'
import type { SnapshotPlace, SnapshotStore } from '../store/snapshot-store.ts'
import type { EvidenceRow } from '../store/step-row.ts'
import type { OwnKeyStore } from '../store/watch-store.ts'
import { secretMissing, secretMissingHint } from './messages.ts'
import { redactedJson, redactedText } from './redacted-text.ts'
import type { Shares } from './shares.ts'

/** What the outside world is made of; `wire` gives the real one. */
export interface World {
  readonly clock: Clock
  readonly http: HttpClient
  runCommand(spec: CommandSpec, options: { signal: AbortSignal }): Promise<CommandResult>
}

export interface StepScope {
  readonly world: World
  readonly system: string
  readonly baseDir: string
  /** Default: UTC. */
  readonly timeZone?: string
  readonly dataDir: string
  readonly component: string
  readonly step: string
  /** Default: none. */
  readonly run?: string
  readonly attempt: number
  readonly timeoutMs: number
  readonly redactor: Redactor
  readonly shares: Shares
  readonly measurements: MeasurementStore
  readonly ownKeys: OwnKeyStore
  readonly snapshots: SnapshotStore
  readonly backups: BackupStore
  /** Is told how far the action under way has come, 0 to 1. Default: nobody watches. */
  readonly onProgress?: (ratio: number) => void
  /** False where nobody keeps it: to redact what a look saw costs more than to look. Default true. */
  readonly hasEvidence?: boolean
  protectedPaths(): Promise<readonly string[]>
  /** Another component of the system. Default: none can be reached. */
  neighbour?(name: string): { readonly abilities: Abilities; readonly scope: Partial<StepScope> } | undefined
}

/** Evidence kept of one output, in characters: its beginning, and its end, where a command says why it failed. */
const maxOutput = 64_000
const keptOfEnd = 16_000
const maxEvidence = 200

/** The context of one attempt, and the evidence that it gathers, redacted. */
export function createStepContext(
  scope: StepScope,
  signal: AbortSignal,
): { ctx: StepContext; evidence: EvidenceRow[] } {
  const evidence: EvidenceRow[] = []
  const { world, redactor } = scope
  // Redacted whole and cut after it: a secret that a cut goes through would not be known any more.
  const kept = (text: string, bytes?: number): string => bounded(printable(redactor.redact(text)), bytes)
  const recordOf = ({ what, exitCode, output, durationMs }: Evidence, bytes?: number): void => {
    if (scope.hasEvidence === false || evidence.length >= maxEvidence) return
    evidence.push({
      attempt: scope.attempt,
      what: kept(what),
      exitCode,
      output: output === undefined ? undefined : kept(output, bytes),
      durationMs,
    })
  }
  const record = (one: Evidence): void => recordOf(one)
  const ctx: StepContext = {
    clock: world.clock,
    signal,
    runId: scope.run ?? '',
    timeoutMs: scope.timeoutMs,
    baseDir: scope.baseDir,
    timeZone: scope.timeZone ?? 'UTC',
    dataDir: scope.dataDir,
    http: { send: (request, other) => world.http.send(request, other ?? signal), close: async () => undefined },
    run: async (spec) => {
      for (const written of secretsInCommand(spec.argv)) redactor.protect(written)
      const result = await world.runCommand({ timeoutMs: scope.timeoutMs, ...spec }, { signal })
      const told = {
        what: `$ ${spec.argv.join(' ')}`,
        output: [result.stdout, result.stderr].filter((text) => text !== '').join('\n'),
        durationMs: result.durationMs,
        ...(result.exitCode !== undefined && { exitCode: result.exitCode }),
      }
      if (spec.isQuiet !== true || result.exitCode !== 0) recordOf(told, result.outputBytes)
      return result
    },
    reveal: async (secret) => {
      const value = await readSecret(secret, scope.baseDir)
      if (value === undefined) {
        const name = secretName(secret)
        throw new VigieError('secret-missing', secretMissing({ name }), { hint: secretMissingHint({ name }) })
      }
      if (typeof secret !== 'string' || URL.canParse(secret)) redactor.protect(value)
      return value
    },
    record,
    progress: (ratio) => scope.onProgress?.(Math.min(1, Math.max(0, ratio))),
    history: (name, sinceMs, step) =>
      scope.measurements.series({
        system: scope.system,
        step: step === undefined ? scope.step : `${scope.component}/${step}`,
        name,
        since: new Date(world.clock.now().getTime() - sinceMs),
      }),
    snapshots: snapshotsOf(scope),
    backups: bookOf(scope),
    share: (key, open, close) => scope.shares.share(scope.component, key, open, close),
    ownKey: (name) => scope.ownKeys.getOrMake(name, makeKey, world.clock.now()),
    component: (name) => {
      const found = scope.neighbour?.(name)
      if (found === undefined) return undefined
      const other = createStepContext({ ...scope, ...found.scope, component: name }, signal)
      return { abilities: found.abilities, ctx: { ...other.ctx, record } }
    },
    protectedPaths: scope.protectedPaths,
  }
  return { ctx, evidence }
}

function snapshotsOf({ world, system, component, redactor, snapshots }: StepScope): Snapshots {
  const place = (name: string): SnapshotPlace => ({ system, component, name })
  return {
    keep: (name, body) => snapshots.keep(place(name), world.clock.now(), redactedJson(body, redactor)),
    times: (name, sinceMs) => snapshots.times(place(name), new Date(world.clock.now().getTime() - sinceMs)),
    read: (name, at) => snapshots.read(place(name), at),
  }
}

function bookOf({ world, system, backups, redactor }: StepScope): BackupBook {
  const shown = ({ notes, failure, ...part }: BackupPartRecord): BackupPartRecord => ({
    ...part,
    ...(notes !== undefined && { notes: notes.map((text) => redactedText(text, redactor)) }),
    ...(failure !== undefined && { failure: redactedText(failure, redactor) }),
  })
  return {
    keep: (record) => backups.keep(system, { ...record, parts: record.parts.map(shown) }, world.clock.now()),
    list: (entry, only) => backups.list(system, entry, only),
    keepDrill: (record) => backups.keepDrill(system, record),
    drills: (entry, since) => backups.drills(system, entry, since),
    lastProved: async (component) =>
      (await backups.list(system, undefined, 'there')).find(
        ({ provedAt, removedAt, parts }) =>
          provedAt !== undefined && removedAt === undefined && parts.some((part) => part.component === component),
      ),
  }
}

/** 256 bits, as many as the hash that it is for. */
function makeKey(): string {
  return process.getBuiltinModule('node:crypto').randomBytes(32).toString('hex')
}

/** The text, or its beginning and end with a line between them that says how long it was. */
function bounded(text: string, bytes: number | undefined): string {
  if (text.length <= maxOutput) return text
  const whole = bytes === undefined ? `${text.length} characters` : `${bytes} bytes`
  const begin = text.slice(0, maxOutput - keptOfEnd).toWellFormed()
  return `${begin}\n… truncated: ${whole} in all …\n${text.slice(-keptOfEnd).toWellFormed()}`
}
