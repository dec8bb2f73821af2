import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { createEventStreamParser, EventTooLongError, type StreamEvent } from './event-stream.ts'

interface Parsed {
  readonly events: readonly (readonly [type: string, data: string, lastEventId: string])[]
  readonly comments: number
  readonly lastEventId: string
  readonly retryMs: number | undefined
}

function parsed(pieces: readonly Uint8Array[], maxLength = 1000): Parsed {
  const events: [string, string, string][] = []
  let comments = 0
  const event = ({ type, data, lastEventId }: StreamEvent): void => void events.push([type, data, lastEventId])
  const parser = createEventStreamParser({ event, comment: () => comments++ }, maxLength)
  for (const piece of pieces) parser.push(piece)
  const { lastEventId, retryMs } = parser
  return { events, comments, lastEventId, retryMs }
}
const whole = (text: string): Parsed => parsed([Buffer.from(text)])
const bytewise = (text: string): Parsed => parsed([...Buffer.from(text)].map((byte) => Uint8Array.of(byte)))
const datas = ({ events }: Parsed): readonly string[] => events.map(([, data]) => data)

/** The standard's algorithm word for word, on the whole text at once. */
function byTheStandard(text: string): Parsed {
  const events: [string, string, string][] = []
  let [comments, data, type, id, lastEventId] = [0, '', '', '', '']
  let retryMs: number | undefined
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/)
  // What follows the last line end is no line yet.
  for (const line of lines.slice(0, -1)) {
    const [, name = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? []
    if (line === '') {
      lastEventId = id
      if (data !== '') events.push([type === '' ? 'message' : type, data.replace(/\n$/, ''), lastEventId])
      data = ''
      type = ''
    } else if (line.startsWith(':')) comments++
    else if (name === 'event') type = value
    else if (name === 'data') data += `${value}\n`
    else if (name === 'id' && !value.includes('\0')) id = value
    else if (name === 'retry' && /^[0-9]+$/.test(value)) retryMs = Number(value)
  }
  return { events, comments, lastEventId, retryMs }
}

describe('an event stream', () => {
  const table: readonly (readonly [what: string, text: string, data: readonly string[]])[] = [
    ['joins the lines of an event', 'data: YHOO\ndata: +2\ndata: 10\n\n', ['YHOO\n+2\n10']],
    ['takes one space after the colon away', 'data:test\n\ndata: test\n\ndata:  test\n\n', ['test', 'test', ' test']],
    ['has an event for empty data, and none without data', 'data\n\ndata\ndata\n\nevent: x\n\ndata:', ['', '\n']],
    ['leaves out an event that is not ended', 'data: 1\n\ndata: 2\n', ['1']],
    [
      'ends its lines by a carriage return, a line feed or both',
      'data: 1\r\rdata: 2\r\n\r\ndata: 3\n\n',
      ['1', '2', '3'],
    ],
    ['may begin with a byte order mark', '\uFEFFdata: 1\n\n', ['1']],
    ['has a mark within it as a character', 'data: 1\n\n\uFEFFdata: 2\n\n', ['1']],
    ['does not mind fields that nobody knows', 'foo: 1\nData: 2\n data: 3\ndata: 4\n\n', ['4']],
  ]
  for (const [what, text, data] of table) {
    it(what, () => {
      assert.deepEqual(datas(whole(text)), data)
      assert.deepEqual(datas(bytewise(text)), data)
    })
  }

  it('has ids that last, names of events that do not, and comments', () => {
    const text = ': hello\n\nevent: add\nid: 1\ndata: 73857293\n\ndata: x\n\nid\ndata: y\n\n:\nid: 8\n\n'
    const events = [
      ['add', '73857293', '1'],
      ['message', 'x', '1'],
      ['message', 'y', ''],
    ]
    assert.deepEqual(whole(text), { events, comments: 2, lastEventId: '8', retryMs: undefined })
    assert.equal(whole('id: 1\n\nid: a\0b\n\n').lastEventId, '1')
    assert.equal(whole('id: 1').lastEventId, '')
  })

  it('says how long to wait in digits, and in nothing else', () => {
    assert.equal(whole('retry: 250\nretry: 1s\nretry: -1\nretry\nretry: ٣\n').retryMs, 250)
    assert.equal(whole(`retry: ${'9'.repeat(400)}\n`).retryMs, Number.MAX_SAFE_INTEGER)
  })

  it('gives an event at once when its line is ended, whatever may follow', () => {
    assert.deepEqual(datas(parsed([Buffer.from('data: 1\r\n\r')])), ['1'])
    assert.deepEqual(datas(parsed([Buffer.from('data: 1\r\n\r'), Buffer.from('\ndata: 2\n\n')])), ['1', '2'])
  })

  it('of a line without end is given up at the limit, and so is one event of many lines', () => {
    assert.throws(() => parsed(Array.from({ length: 200 }, () => Buffer.from('xxxxxxxxxx'))), EventTooLongError)
    assert.throws(() => parsed(Array.from({ length: 300 }, () => Buffer.from('data: xxxx\n'))), EventTooLongError)
    assert.equal(parsed(Array.from({ length: 200 }, () => Buffer.from('data: xxxx\n\n'))).events.length, 200)
  })

  it('is the same however it is cut', () => {
    const token = fc.constantFrom(
      ...[
        '\r',
        '\n',
        '\r\n',
        ':',
        ' ',
        'data',
        'data: x',
        'event: é',
        'id: 7',
        'id',
        'retry: 12',
        '\uFEFF',
        '🐙',
        '\0',
      ],
    )
    const cuts = fc.array(fc.integer({ min: 1, max: 9 }))
    fc.assert(
      fc.property(fc.array(token, { maxLength: 60 }), cuts, (tokens, sizes) => {
        const text = tokens.join('')
        const bytes = Buffer.from(text)
        const pieces: Uint8Array[] = []
        for (let at = 0; at < bytes.length; ) {
          const size = sizes[pieces.length] ?? 1
          pieces.push(bytes.subarray(at, at + size))
          at += size
        }
        // A carriage return at the end has ended its line; the standard's text is over only then.
        assert.deepEqual(parsed(pieces), byTheStandard(text))
      }),
      {
        numRuns: 500,
        examples: [
          [
            ['\uFEFF', '\uFEFF', ':', '\r'],
            [1, 5],
          ],
        ],
      },
    )
  })

  it('of any bytes at all is read without an error', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 50 })), (pieces) => {
        assert.ok(parsed(pieces, 10_000).comments >= 0)
      }),
    )
  })
})
