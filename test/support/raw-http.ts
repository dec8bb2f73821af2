import { connect } from 'node:net'

export interface RawAnswer {
  /** All that came back, as it came; '' when nothing did. */
  readonly text: string
  /** `0` when no HTTP answer came. */
  readonly status: number
  readonly body: string
}

/** Sends bytes as they are and waits for the other side to end, as no HTTP client of good manners would. */
export function rawHttp(url: string, bytes: string, options: { readonly end?: boolean } = {}): Promise<RawAnswer> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname)
    let text = ''
    socket.setEncoding('utf8')
    socket.on('connect', () => (options.end === true ? socket.end(bytes) : socket.write(bytes)))
    socket.on('data', (chunk: string) => {
      text += chunk
    })
    // A reset is an answer of its own.
    socket.on('error', () => undefined)
    socket.on('close', () => {
      const [head = '', ...body] = text.split('\r\n\r\n')
      resolve({ text, status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0), body: body.join('\r\n\r\n') })
    })
  })
}
