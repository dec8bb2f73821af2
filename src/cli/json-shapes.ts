import * as z from 'zod'
import { alertSources, alertStates } from '../core/alert.ts'
import { seriesClasses } from '../core/series.ts'
import {
  cadences,
  criticalities,
  effects,
  findingStates,
  runStatuses,
  severities,
  stepStatuses,
} from '../core/words.ts'

/** The published shapes of every `--json` output. More keys may be added, none renamed. */
const time = z.iso.datetime()
const params = z.record(z.string(), z.unknown())

export const runShape = z.strictObject({
  id: z.string(),
  system: z.string(),
  routine: z.string(),
  status: z.enum(runStatuses),
  startedAt: time,
  durationMs: z.number().nullable(),
  dryRun: z.boolean(),
  plan: z.string().nullable(),
  startedBy: z.string(),
})

export const stepShape = z.strictObject({
  id: z.string(),
  component: z.string(),
  kind: z.string(),
  status: z.enum(stepStatuses),
  summary: z.string(),
  remedy: z.string().nullable(),
  durationMs: z.number().nullable(),
  attempts: z.number(),
  effect: z.enum(effects),
  criticality: z.enum(criticalities),
  measurements: z.record(z.string(), z.number()),
  findings: z.array(z.string()),
  actions: z.array(
    z.strictObject({
      summary: z.string(),
      effect: z.enum(effects),
      target: z.string(),
      bytes: z.number().nullable(),
      status: z.enum(['planned', 'done', 'unchanged', 'skipped', 'failed', 'unknown']),
    }),
  ),
})

export const findingShape = z.strictObject({
  fingerprint: z.string(),
  system: z.string(),
  severity: z.enum(severities),
  code: z.string(),
  params,
  title: z.string(),
  component: z.string(),
  step: z.string(),
  subject: z.string(),
  remedy: z.string().nullable(),
  state: z.enum(findingStates),
  owner: z.string().nullable(),
  dueAt: time.nullable(),
  acceptedUntil: time.nullable(),
  firstSeen: time,
  lastSeen: time,
  timesSeen: z.number(),
})

export const runOutput = z.strictObject({
  run: runShape,
  steps: z.array(stepShape),
  findings: z.array(findingShape),
})
export const runsOutput = z.strictObject({ runs: z.array(runShape) })
export const evidenceShape = z.strictObject({
  step: z.string(),
  attempt: z.number(),
  what: z.string(),
  exitCode: z.number().nullable(),
  output: z.string().nullable(),
  durationMs: z.number().nullable(),
})
export const runDetailOutput = runOutput.extend({ evidence: z.array(evidenceShape) })

export const findingsOutput = z.strictObject({ findings: z.array(findingShape) })
export const findingOutput = z.strictObject({
  finding: findingShape,
  events: z.array(
    z.strictObject({
      at: time,
      event: z.string(),
      run: z.string().nullable(),
      actor: z.string().nullable(),
      detail: params,
    }),
  ),
})

export const statusOutput = z.strictObject({
  systems: z.array(
    z.strictObject({
      name: z.string(),
      state: z.enum(['healthy', 'degraded', 'down', 'unknown']),
      findings: z.strictObject({ low: z.number(), medium: z.number(), high: z.number(), critical: z.number() }),
      overdue: z.number(),
      routines: z.array(
        z.strictObject({
          name: z.string(),
          at: z.string().nullable(),
          nextAt: time.nullable(),
          lastRun: z.strictObject({ id: z.string(), status: z.enum(runStatuses), startedAt: time }).nullable(),
        }),
      ),
      steps: z.array(
        z.strictObject({
          id: z.string(),
          routine: z.string(),
          frequency: z.union([z.enum(cadences), z.string()]),
          criticality: z.enum(criticalities),
          lastStatus: z.enum(stepStatuses).nullable(),
          lastAt: time.nullable(),
          nextAt: time.nullable(),
          isOverdue: z.boolean(),
        }),
      ),
    }),
  ),
})

export const signOffOutput = z.strictObject({
  signOff: z.strictObject({ system: z.string(), step: z.string(), by: z.string(), note: z.string(), at: time }),
})

export const auditListOutput = z.strictObject({
  entries: z.array(
    z.strictObject({
      seq: z.number(),
      at: time,
      actor: z.string(),
      event: z.string(),
      subject: params,
      hash: z.string(),
    }),
  ),
})
export const auditVerifyOutput = z.strictObject({
  audit: z.strictObject({
    status: z.enum(['sound', 'broken']),
    entries: z.number(),
    head: z.strictObject({ seq: z.number(), hash: z.string() }).nullable(),
    problems: z.array(z.strictObject({ seq: z.number().nullable(), code: z.string(), message: z.string() })),
    unknownOutcomes: z.array(z.strictObject({ seq: z.number(), step: z.string(), target: z.string() })),
  }),
})

export const configOutput = z.strictObject({
  values: z.array(
    z.strictObject({
      path: z.string(),
      value: z.unknown(),
      source: z.enum(['file', 'default', 'environment', 'secret-file', 'recommended']),
      detail: z.string().nullable(),
      line: z.number().nullable(),
      column: z.number().nullable(),
    }),
  ),
})

export const doctorOutput = z.strictObject({
  checks: z.array(
    z.strictObject({
      name: z.string(),
      status: z.enum(['pass', 'warn', 'fail', 'error']),
      summary: z.string(),
      remedy: z.string().nullable(),
    }),
  ),
})

export const initOutput = z.strictObject({
  init: z.strictObject({
    file: z.string(),
    components: z.array(z.string()),
    found: z.array(z.string()),
    /** Recognised files from which nothing could be taken, with the line of the mistake. */
    unread: z.array(z.strictObject({ file: z.string(), line: z.number().nullable() })),
  }),
})

export const heartbeatsOutput = z.strictObject({
  heartbeats: z.array(
    z.strictObject({
      system: z.string(),
      name: z.string(),
      status: z.enum(['up', 'late', 'missing', 'failed', 'started-too-long', 'new']),
      severity: z.enum(severities),
      graceMs: z.number(),
      everyMs: z.number().nullable(),
      at: z.string().nullable(),
      timezone: z.string().nullable(),
      dueAt: time.nullable(),
      /** Since when it is an alarm. */
      since: time.nullable(),
      lastPingAt: time.nullable(),
      lastStartAt: time.nullable(),
      lastSuccessAt: time.nullable(),
      lastDurationMs: z.number().nullable(),
      lastExitCode: z.number().nullable(),
      lastRunId: z.string().nullable(),
      /** The key is masked unless it was asked for; null when the key is not set. */
      pingUrl: z.string().nullable(),
    }),
  ),
})

export const errorOutput = z.strictObject({
  error: z.strictObject({
    code: z.string(),
    message: z.string(),
    hint: z.string().nullable(),
    problems: z
      .array(
        z.strictObject({
          path: z.string(),
          message: z.string(),
          hint: z.string().nullable(),
          line: z.number().nullable(),
          column: z.number().nullable(),
        }),
      )
      .optional(),
  }),
})

export const metricsQueryOutput = z.union([
  z.strictObject({
    series: z.array(
      z.strictObject({
        system: z.string(),
        name: z.string(),
        labels: z.record(z.string(), z.string()),
        /** 0: the points as they were measured. */
        stepMs: z.number(),
        points: z.array(
          z.strictObject({ at: time, value: z.number(), min: z.number(), max: z.number(), count: z.number() }),
        ),
      }),
    ),
  }),
  z.strictObject({
    metrics: z.array(z.strictObject({ system: z.string(), name: z.string() })),
    oldest: z.array(
      z.strictObject({
        class: z.enum(seriesClasses),
        tier: z.enum(['raw', '1m', '1h', '1d']),
        at: time,
        keepMs: z.number(),
      }),
    ),
  }),
])

const labelsShape = z.record(z.string(), z.string())
export const alertShape = z.strictObject({
  id: z.string(),
  system: z.string(),
  source: z.enum(alertSources),
  rule: z.string(),
  component: z.string(),
  labels: labelsShape,
  severity: z.enum(severities),
  state: z.enum(alertStates),
  code: z.string(),
  params,
  title: z.string(),
  remedy: z.string().nullable(),
  value: z.number().nullable(),
  startedAt: time,
  firedAt: time.nullable(),
  resolvedAt: time.nullable(),
  acknowledgedAt: time.nullable(),
  acknowledgedBy: z.string().nullable(),
  /** Why nobody was told: a silence (with its reason and end while it holds), a worse alert, or a run. */
  silencedBy: z
    .strictObject({
      id: z.string(),
      kind: z.enum(['silence', 'alert', 'run']),
      reason: z.string().nullable(),
      endsAt: time.nullable(),
    })
    .nullable(),
})
export const silenceShape = z.strictObject({
  id: z.string(),
  system: z.string(),
  /** Null: of any; with `rule` null too, all of the system. */
  component: z.string().nullable(),
  rule: z.string().nullable(),
  reason: z.string(),
  createdBy: z.string(),
  startsAt: time,
  endsAt: time,
})
export const alertsListOutput = z.strictObject({ alerts: z.array(alertShape), silences: z.array(silenceShape) })
export const alertsAckOutput = z.strictObject({ alert: alertShape })
/** `covers`: ids of the alerts that fire already. */
export const alertsSilenceOutput = z.strictObject({ silence: silenceShape, covers: z.array(z.string()) })
export const alertsUnsilenceOutput = z.strictObject({ silence: silenceShape })

const episodeTimes = { firedAt: time, resolvedAt: time.nullable(), durationMs: z.number() }
export const alertsTestOutput = z.strictObject({
  rules: z.array(
    z.strictObject({
      system: z.string(),
      rule: z.string(),
      /** It came with Vigie; without data it sleeps. */
      isReadyMade: z.boolean(),
      status: z.enum(['fired', 'quiet', 'no-data']),
      /** What was recorded for it in this time. */
      series: z.number(),
      points: z.number(),
      recordedFrom: time.nullable(),
      recordedUntil: time.nullable(),
      episodes: z.array(
        z.strictObject({
          labels: labelsShape,
          severity: z.enum(severities),
          code: z.string(),
          params,
          title: z.string(),
          startedAt: time,
          ...episodeTimes,
          value: z.number().nullable(),
          /** A stronger rule fired for the same, so that nobody would have been told of this one. */
          isCovered: z.boolean(),
        }),
      ),
    }),
  ),
  /** Times at which rules could not tell, since data that came before was missing. */
  missing: z.array(z.strictObject({ system: z.string(), labels: labelsShape, ...episodeTimes })),
})

export const channelShape = z.strictObject({
  system: z.string(),
  name: z.string(),
  kind: z.string(),
  fallback: z.string().nullable(),
  isProved: z.boolean(),
  provedAt: time.nullable(),
  /** The kind of message that was delivered: alerts, notice, canary or test. */
  provedBy: z.string().nullable(),
  /** Messages that are still to be delivered, and those that were given up; at most 1,000 of a system are counted. */
  waiting: z.number(),
  givenUp: z.number(),
  lastError: z.string().nullable(),
})
export const channelsListOutput = z.strictObject({ channels: z.array(channelShape) })
export const channelsTestOutput = z.strictObject({
  tests: z.array(
    z.strictObject({
      system: z.string(),
      channel: z.string(),
      message: z.string(),
      status: z.enum(['delivered', 'refused', 'unknown']),
      reason: z.strictObject({ code: z.string(), params, text: z.string() }).nullable(),
      durationMs: z.number(),
    }),
  ),
})

export const exportPrometheusOutput = z.strictObject({
  export: z.strictObject({
    dir: z.string(),
    files: z.array(z.strictObject({ path: z.string(), status: z.enum(['written', 'unchanged', 'kept']) })),
    /** Files of secrets that have no value here. */
    missing: z.array(z.strictObject({ path: z.string(), source: z.string() })),
    /** Rules that Prometheus cannot evaluate. */
    leftOut: z.array(z.strictObject({ system: z.string(), rule: z.string(), text: z.string(), reason: z.string() })),
  }),
})

/** Name of the published schema → shape. */
export const jsonShapes = {
  run: runOutput,
  'runs-list': runsOutput,
  'runs-show': runDetailOutput,
  'findings-list': findingsOutput,
  'findings-show': findingOutput,
  status: statusOutput,
  sign: signOffOutput,
  'audit-list': auditListOutput,
  'audit-verify': auditVerifyOutput,
  'config-explain': configOutput,
  'heartbeats-list': heartbeatsOutput,
  'metrics-query': metricsQueryOutput,
  'export-prometheus': exportPrometheusOutput,
  'alerts-list': alertsListOutput,
  'alerts-ack': alertsAckOutput,
  'alerts-silence': alertsSilenceOutput,
  'alerts-unsilence': alertsUnsilenceOutput,
  'alerts-test': alertsTestOutput,
  'channels-list': channelsListOutput,
  'channels-test': channelsTestOutput,
  doctor: doctorOutput,
  init: initOutput,
  error: errorOutput,
} as const
