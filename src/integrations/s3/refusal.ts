import { networkRefusals } from '../../platform/network-refusals.ts'

/** Why a request came to nothing, in the few ways that we answer differently. */
export type RefusalKind =
  | 'no-bucket'
  | 'key-refused'
  | 'no-key'
  | 'clock-off'
  | 'denied'
  | 'other-region'
  | 'no-trust'
  | 'full'
  | 'no-answer'
  | 'busy'
  | 'strange'
  | 'cold'
  | 'missing'
  | 'changed'
  | 'refused'

export interface Refusal {
  readonly kind: RefusalKind
  /** The error code of the store, or of the system. */
  readonly name: string
  /** For people; nothing of the request in it. */
  readonly detail: string
  /** It may pass when the same is asked again. */
  readonly isPassing: boolean
  /** The store itself said it. */
  readonly isAnswer: boolean
}

const longestDetail = 300
/** What an error is called that has no name of its own. */
const nameless = new Set(['Error', 'AggregateError', 'TimeoutError', 'Unknown', 'UnknownError'])

/** Error codes of the S3 API reference, of Ceph's (`rgw_common.cc`) and of MinIO's (`api-errors.go`). */
const kinds: Readonly<Record<string, RefusalKind>> = {
  NoSuchBucket: 'no-bucket',
  InvalidBucketName: 'no-bucket',
  InvalidAccessKeyId: 'key-refused',
  SignatureDoesNotMatch: 'key-refused',
  InvalidToken: 'key-refused',
  InvalidClientTokenId: 'key-refused',
  ExpiredToken: 'key-refused',
  ExpiredTokenException: 'key-refused',
  TokenRefreshRequired: 'key-refused',
  UserSuspended: 'key-refused',
  CredentialsProviderError: 'no-key',
  RequestTimeTooSkewed: 'clock-off',
  AccessDenied: 'denied',
  AllAccessDisabled: 'denied',
  AccountProblem: 'denied',
  PermanentRedirect: 'other-region',
  TemporaryRedirect: 'other-region',
  AuthorizationHeaderMalformed: 'other-region',
  IllegalLocationConstraintException: 'other-region',
  QuotaExceeded: 'full',
  InsufficientStorage: 'full',
  XMinioStorageFull: 'full',
  XMinioAdminBucketQuotaExceeded: 'full',
  StorageQuotaExceeded: 'full',
  TooManyBytes: 'full',
  InvalidObjectState: 'cold',
  NoSuchKey: 'missing',
  NotFound: 'missing',
  PreconditionFailed: 'changed',
  InvalidRange: 'changed',
  TimeoutError: 'no-answer',
}

/** What says itself that it may pass, beside every 5xx but "not implemented" and what the network says. */
const passing = new Set([
  ...['RequestTimeout', 'RequestTimeTooSkewed', 'SlowDown', 'Throttling', 'ThrottlingException', 'TooManyRequests'],
  ...['InternalError', 'ServiceUnavailable', 'OperationAborted', 'ConditionalRequestConflict'],
  // Damaged on the way: the store refused it.
  ...['BadDigest', 'XAmzContentSHA256Mismatch', 'IncompleteBody', 'TimeoutError', 'ECONNABORTED'],
])

const byStatus: Readonly<Record<number, RefusalKind>> = {
  301: 'other-region',
  307: 'other-region',
  401: 'key-refused',
  403: 'denied',
  404: 'missing',
  412: 'changed',
  416: 'changed',
  429: 'busy',
  507: 'full',
}

/** Reads what the SDK threw: an answer of the store, or an error of the system. */
export function refusalOf(error: unknown): Refusal {
  const { name, code, status, message } = factsOf(error)
  const isNetwork = code !== undefined && (Object.hasOwn(networkRefusals, code) || code === 'ECONNABORTED')
  const isTls =
    code !== undefined &&
    /^(?:ERR_(?:TLS|SSL)|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|HOSTNAME_|INVALID_CA|EPROTO)/.test(code)
  const isServerFault = status !== undefined && status >= 500 && status !== 501 && status !== 507
  const kind = isTls
    ? 'no-trust'
    : isNetwork
      ? 'no-answer'
      : (named(name) ?? (isServerFault || passing.has(name) ? 'busy' : byStatus[status ?? 0]) ?? unnamed(name, status))
  const isFinal = isTls || kind === 'full'
  return {
    kind,
    name: isNetwork || isTls ? (code ?? name) : name,
    detail: detailOf(name, code, status, message),
    isPassing: !isFinal && (isNetwork || isServerFault || status === 429 || passing.has(name)),
    isAnswer: status !== undefined,
  }
}

/** A store may call an error as it likes: `constructor` too. */
function named(name: string): RefusalKind | undefined {
  return Object.hasOwn(kinds, name) ? kinds[name] : undefined
}

/** Without a status nothing was refused: what came could not be read. So it is with a page of something else. */
function unnamed(name: string, status: number | undefined): RefusalKind {
  return status === undefined || status < 400 || name === 'SyntaxError' || name === 'UnknownError'
    ? 'strange'
    : 'refused'
}

interface Facts {
  readonly name: string
  readonly code: string | undefined
  readonly status: number | undefined
  readonly message: string
}

function factsOf(error: unknown): Facts {
  if (!(error instanceof Error))
    return { name: 'UnknownError', code: undefined, status: undefined, message: String(error) }
  const metadata: unknown = '$metadata' in error ? error.$metadata : undefined
  const status =
    typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata
      ? metadata.httpStatusCode
      : undefined
  const own = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  return {
    name: error.name,
    code: own ?? codeWithin(error),
    status: typeof status === 'number' ? status : undefined,
    message: error.message,
  }
}

/** A name with several addresses fails with the failures of all of them. */
function codeWithin(error: Error): string | undefined {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : undefined
  return first instanceof Error && 'code' in first && typeof first.code === 'string' ? first.code : undefined
}

function detailOf(name: string, code: string | undefined, status: number | undefined, message: string): string {
  const isNamed = !nameless.has(name)
  const said = /^(?:UnknownError|UnknownException|Unknown)?$/.test(message) ? '' : message
  const own = isNamed ? name : (code ?? '')
  const parts = [said.includes(own) ? '' : own, said].filter((part) => part !== '')
  const text = parts.join(': ') || (status === undefined ? name : `HTTP ${status}`)
  // A line end would break the line of whoever reads it.
  return text.replaceAll(/\s+/g, ' ').slice(0, longestDetail)
}
