import type { BackupBook } from './backup-record.ts'
import type { Clock } from './clock.ts'
import type { Abilities } from './component.ts'
import type { Neighbour } from './data-abilities.ts'
import type { Secret } from './secret.ts'
import type { Snapshots } from './snapshot.ts'

/** A command to run. It gets only PATH, HOME, LANG and what `env` adds. */
export interface CommandSpec {
  readonly argv: readonly [string, ...string[]]
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  readonly timeoutMs?: number
  /** Output kept of each stream, in bytes; the rest is read and counted, not kept. Default 1 MB. */
  readonly maxOutputBytes?: number
  /** A text, or pieces that are written as the command takes them, each before the next is asked for. */
  readonly stdin?: string | AsyncIterable<Uint8Array>
  /**
   * Gets all of standard output, piece by piece, and is waited for: then nothing of it is kept, and no byte is lost. Its throw,
   * and that of `stdin`, ends the command and is thrown.
   */
  readonly onStdout?: (piece: Uint8Array) => Promise<void>
  /** It is one of very many: no evidence of it is kept when it ends well. */
  readonly isQuiet?: true
}

/** What became of a command. A missing program, a time-out and a signal are outcomes, not throws. */
export interface CommandResult {
  readonly outcome: 'exited' | 'signaled' | 'timed-out' | 'not-found' | 'not-permitted'
  /** Set when `outcome` is `exited`. */
  readonly exitCode: number | undefined
  readonly signal: string | undefined
  /** What became of its processes when they had to be ended: set when `outcome` is `timed-out`. */
  readonly ending?: {
    /** All that it started was in a control group of its own, which is empty now. Otherwise something may have got away. */
    readonly isGroupEmpty: boolean
    /** Process ids of what could not be ended. */
    readonly survivors: readonly number[]
  }
  readonly stdout: string
  readonly stderr: string
  /** Whole bytes written to both streams, kept or not. */
  readonly outputBytes: number
  /** Some output was not kept. A check that needs all of it must say `error`. */
  readonly isTruncated: boolean
  /** Output was not UTF-8 text (NUL bytes or invalid sequences, shown as U+FFFD). */
  readonly isBinary: boolean
  readonly durationMs: number
}

/** What is known of an answer before its body. Header names are in lower case. */
export interface AnswerHead {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
}

export interface HttpRequest {
  readonly url: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** From the first packet to the last byte of the body, redirects included. */
  readonly timeoutMs: number
  /** Bytes of the body kept; the connection is closed after them and `isBodyCut` is set. Default 1 MB. */
  readonly maxBodyBytes?: number
  /**
   * Gets the body of the last answer piece by piece as it comes; then `body` is empty and `maxBodyBytes` still holds. Its
   * throw ends the request and is thrown by `send`.
   */
  readonly onBody?: (piece: Uint8Array, answer: AnswerHead) => void
  /** Is told of the last answer before any of its body comes, which may be much later. Its throw is as that of `onBody`. */
  readonly onHead?: (answer: AnswerHead) => void
  /** How many redirects to follow; 0 returns the 3xx itself. Default 0. */
  readonly maxRedirects?: number
  /** Skip certificate checks. Only for questions that are not about the certificate. */
  readonly allowInvalidCertificate?: boolean
}

/** What became of a request. A refused connection is an answer to the question, not a throw. */
export type HttpAnswer =
  | {
      readonly outcome: 'answered'
      readonly status: number
      /** Lower-case names. */
      readonly headers: Readonly<Record<string, string>>
      readonly body: string
      readonly bodyBytes: number
      readonly isBodyCut: boolean
      readonly firstByteMs: number
      readonly durationMs: number
      /** The URL that answered in the end, and the ones that sent us on. */
      readonly url: string
      readonly redirects: readonly string[]
    }
  | {
      readonly outcome:
        | 'refused'
        | 'timed-out'
        | 'name-not-found'
        | 'unreachable'
        | 'reset'
        | 'tls'
        | 'protocol'
        | 'too-many-redirects'
      readonly detail: string
      readonly durationMs: number
    }

export interface HttpClient {
  send(request: HttpRequest, signal?: AbortSignal): Promise<HttpAnswer>
  close(): Promise<void>
}

/** What a step saw or ran, as kept for people. Secrets are redacted before it is stored. */
export interface Evidence {
  /** `$ git status`, `GET http://…`, the SQL, the path. */
  readonly what: string
  readonly exitCode?: number
  readonly output?: string
  readonly durationMs?: number
}

export interface HistoryPoint {
  readonly at: Date
  readonly value: number
}

/** What every probe, plan and execute gets. All of it is bounded by the step's time limit through `signal`. */
export interface StepContext {
  readonly clock: Clock
  /** Aborted when the step's time is over or the run is canceled. */
  readonly signal: AbortSignal
  /** The run that it belongs to; '' outside of any. */
  readonly runId: string
  /** Milliseconds this attempt may take in all. */
  readonly timeoutMs: number
  /** The folder of the config file: relative paths in options are relative to it. Absolute. */
  readonly baseDir: string
  /** Of the system, an IANA name: by which days and weeks begin. */
  readonly timeZone: string
  /** Vigie's own folder on this machine, absolute: for what can be made again when it is lost. */
  readonly dataDir: string
  readonly http: HttpClient
  /** Runs a command, kills its whole process tree at the limit, and records the evidence. */
  run(spec: CommandSpec): Promise<CommandResult>
  /** The value behind a reference; from then on redacted everywhere. Throws `secret-missing`. */
  reveal(secret: Secret): Promise<string>
  record(evidence: Evidence): void
  /** How far a long action has come, 0 to 1, for whoever watches; nothing of it is kept. */
  progress(ratio: number): void
  /** Earlier measurements of this very step, or of another step of the component, oldest first. */
  history(measurement: string, sinceMs: number, step?: string): Promise<readonly HistoryPoint[]>
  /** The backups of the system. */
  readonly backups: BackupBook
  /** What earlier looks at this component saw as a whole. */
  readonly snapshots: Snapshots
  /** A resource that the steps of one component share in one run (a connection pool); closed when the run ends. */
  share<T>(key: string, open: () => Promise<T>, close: (resource: T) => Promise<void>): Promise<T>
  /** A secret of this installation's own, made when it is first asked for and the same from then on. */
  ownKey(name: string): Promise<string>
  /** Another component of the same system, by its name; undefined when there is none, and in the watch. */
  component(name: string): Neighbour<Abilities> | undefined
  /** Absolute paths that no task may touch, whatever it was told: Vigie's own data, other components, repositories. */
  protectedPaths(): Promise<readonly string[]>
}
