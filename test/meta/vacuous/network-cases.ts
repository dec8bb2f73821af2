import type { HttpAnswer } from '../../../src/core/context.ts'
import { certificateCheck as httpCertificate } from '../../../src/integrations/http/checks/certificate.ts'
import { healthCheck } from '../../../src/integrations/http/checks/health.ts'
import { latencyCheck } from '../../../src/integrations/http/checks/latency.ts'
import { sseCheck } from '../../../src/integrations/http/checks/sse.ts'
import { statusCheck } from '../../../src/integrations/http/checks/status.ts'
import { connectCheck } from '../../../src/integrations/tcp/checks/connect.ts'
import { certificateCheck as tlsCertificate } from '../../../src/integrations/tls/checks/certificate.ts'
import { nothingSeen } from './case.ts'

const url = 'http://127.0.0.1:1/'
const refused: HttpAnswer = { outcome: 'refused', detail: 'ECONNREFUSED', durationMs: 1 }
const answered = (body: string, isBodyCut = false): HttpAnswer => ({
  outcome: 'answered',
  status: 200,
  headers: {},
  body,
  bodyBytes: body.length,
  isBodyCut,
  firstByteMs: 1,
  durationMs: 1,
  url,
  redirects: [],
})
const nothingHeard = {
  ...{ connectMs: 1, firstEventMs: undefined, gapMs: 20_000, heardMs: 20_000 },
  ...{ events: 0, comments: 0, bytes: 0 },
}
const stood = { url, first: { outcome: 'held' }, back: undefined, life: nothingHeard } as const
const unreachable = { outcome: 'unreachable', address: '127.0.0.1:1', detail: 'ECONNREFUSED' } as const
const noCertificate = {
  outcome: 'seen',
  address: '127.0.0.1:1',
  observedAt: '2026-11-21T00:00:00Z',
  trustError: undefined,
  nameError: undefined,
  protocol: 'TLSv1.3',
  chain: [],
} as const
const port = { host: '127.0.0.1', port: 1, address: '127.0.0.1:1' }
const silence = { text: '', match: 'none', isHungUp: false } as const

const found = { body: 'none', headers: {} } as const

export const networkCases = [
  ...nothingSeen(statusCheck, { 'no answer': { url, answer: refused, found } }),
  ...nothingSeen(
    statusCheck,
    {
      'no body': { url, answer: answered(''), found },
      'a body that was cut before it': { url, answer: answered('beg', true), found },
    },
    { bodyContains: 'ready' },
  ),
  ...nothingSeen(statusCheck, { 'no JSON': { url, answer: answered(''), found } }, { json: { status: 'ok' } }),
  ...nothingSeen(statusCheck, { 'no such header': { url, answer: answered('ok'), found } }, { header: { etag: '.' } }),
  ...nothingSeen(healthCheck, {
    'no answer': { url, answer: refused },
    'no body': { url, answer: answered('') },
    'a body that was cut': { url, answer: answered('{"status":"ok"', true) },
    'JSON without a verdict': { url, answer: answered('{}') },
    'a page': { url, answer: answered('<html></html>') },
  }),
  ...nothingSeen(latencyCheck, {
    'no endpoint': [],
    'no answer': [{ path: '/', url, timesMs: [], failure: 'refused' }],
    'no time taken': [{ path: '/', url, timesMs: [], failure: undefined }],
  }),
  ...nothingSeen(sseCheck, {
    'no answer': { url, first: { outcome: 'no-answer', answer: refused }, back: undefined, life: undefined },
    'no stream': { url, first: { outcome: 'no-stream', status: 200, type: '' }, back: undefined, life: undefined },
    'no event': stood,
    'bytes that are no event': { ...stood, life: { ...nothingHeard, bytes: 5000 } },
    'a line that was cut': { ...stood, first: { outcome: 'event-too-long' } },
    'a stream that was cut': { ...stood, first: { outcome: 'too-much' } },
    'no event before and after a drop': {
      ...stood,
      first: { outcome: 'dropped', detail: '' },
      back: { droppedAfterMs: 1, retryMs: 1, heard: { outcome: 'held' } },
    },
  }),
  ...nothingSeen(sseCheck, { 'no event where that is a failure': stood }, { silence: 'fail' }),
  ...nothingSeen(httpCertificate, { 'no connection': unreachable, 'no certificate': noCertificate }),
  ...nothingSeen(tlsCertificate, { 'no connection': unreachable, 'no certificate': noCertificate }),
  ...nothingSeen(connectCheck, {
    'no connection': { ...port, answer: { outcome: 'refused', detail: 'ECONNREFUSED' } },
  }),
  ...nothingSeen(
    connectCheck,
    { 'no greeting': { ...port, answer: { outcome: 'connected', connectMs: 1, greeting: silence } } },
    { greeting: '^220 ' },
  ),
]
