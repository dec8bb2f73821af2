import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type RefusalKind, refusalOf } from './refusal.ts'

/** As the SDK throws it: an answer of the store. */
function answered(name: string, httpStatusCode: number, message = 'UnknownError'): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode } })
}

/** As Node throws it. */
function system(code: string, message = code): Error {
  return Object.assign(new Error(message), { code })
}

const rows: readonly (readonly [Error, RefusalKind, isPassing: boolean])[] = [
  [answered('NoSuchBucket', 404), 'no-bucket', false],
  [answered('InvalidAccessKeyId', 403), 'key-refused', false],
  [answered('SignatureDoesNotMatch', 403), 'key-refused', false],
  [answered('ExpiredToken', 400), 'key-refused', false],
  [answered('Unknown', 401), 'key-refused', false],
  [Object.assign(new Error('none'), { name: 'CredentialsProviderError' }), 'no-key', false],
  [answered('RequestTimeTooSkewed', 403), 'clock-off', true],
  [answered('AccessDenied', 403), 'denied', false],
  [answered('Unknown', 403), 'denied', false],
  [answered('PermanentRedirect', 301), 'other-region', false],
  [answered('AuthorizationHeaderMalformed', 400), 'other-region', false],
  [answered('QuotaExceeded', 403), 'full', false],
  [answered('XMinioStorageFull', 507), 'full', false],
  [answered('Unknown', 507), 'full', false],
  [answered('SlowDown', 503), 'busy', true],
  [answered('InternalError', 500), 'busy', true],
  [answered('Unknown', 502), 'busy', true],
  [answered('TooManyRequests', 429), 'busy', true],
  [answered('RequestTimeout', 400), 'busy', true],
  [answered('BadDigest', 400), 'busy', true],
  [answered('NotImplemented', 501), 'refused', false],
  [answered('NoSuchKey', 404), 'missing', false],
  [answered('NotFound', 404), 'missing', false],
  [answered('PreconditionFailed', 412), 'changed', false],
  [answered('InvalidRange', 416), 'changed', false],
  [answered('InvalidObjectState', 403), 'cold', false],
  [answered('EntityTooLarge', 400), 'refused', false],
  [answered('constructor', 400), 'refused', false],
  [answered('SyntaxError', 200, 'Unexpected token'), 'strange', false],
  [new Error('Expected closing tag'), 'strange', false],
  [system('HPE_INVALID_CONSTANT', 'Parse Error: Expected HTTP/'), 'strange', false],
  [system('ECONNRESET'), 'no-answer', true],
  [system('ECONNREFUSED'), 'no-answer', true],
  [system('ENOTFOUND', 'getaddrinfo ENOTFOUND nowhere'), 'no-answer', true],
  [system('EPIPE'), 'no-answer', true],
  [Object.assign(new Error('silent'), { name: 'TimeoutError' }), 'no-answer', true],
  [new AggregateError([system('ECONNREFUSED'), system('ECONNREFUSED')]), 'no-answer', true],
  [system('CERT_HAS_EXPIRED'), 'no-trust', false],
  [system('DEPTH_ZERO_SELF_SIGNED_CERT'), 'no-trust', false],
  [system('ERR_TLS_CERT_ALTNAME_INVALID'), 'no-trust', false],
  [system('EPROTO', 'wrong version number'), 'no-trust', false],
]

describe('what a store or the way to it refuses', () => {
  for (const [error, kind, isPassing] of rows) {
    test(`${error.name} ${error.message} is ${kind}${isPassing ? ', and may pass' : ''}`, () => {
      const refusal = refusalOf(error)
      assert.deepEqual([refusal.kind, refusal.isPassing], [kind, isPassing])
    })
  }

  test('says for people what it is, in one short line', () => {
    assert.equal(refusalOf(answered('SlowDown', 503)).detail, 'SlowDown')
    assert.equal(
      refusalOf(answered('SlowDown', 503, 'Please reduce your request rate.')).detail,
      'SlowDown: Please reduce your request rate.',
    )
    assert.equal(refusalOf(answered('Unknown', 502)).detail, 'HTTP 502')
    assert.equal(
      refusalOf(system('ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:1')).detail,
      'connect ECONNREFUSED 127.0.0.1:1',
    )
    assert.equal(refusalOf(new Error('a\n\tb')).detail, 'a b')
    assert.equal(refusalOf(new Error('x'.repeat(10_000))).detail.length, 300)
  })

  test('what is thrown as no error at all is told too', () => {
    assert.equal(refusalOf('odd').kind, 'strange')
    assert.equal(refusalOf(undefined).detail, 'undefined')
  })
})
