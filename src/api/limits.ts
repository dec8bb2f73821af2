/** What one client may cost. Sizes in bytes, times in milliseconds. */
export interface ApiLimits {
  readonly maxHeaderBytes: number
  /** From the first byte to the last one of the headers. */
  readonly headersMs: number
  /** From the first byte of a request to the last one of its body. */
  readonly requestMs: number
  /** How long a connection may stay idle between requests. */
  readonly keepAliveMs: number
  /** How long the answer of a route may take, once the request is there. */
  readonly handlerMs: number
  /** Connections at once, all clients together; who comes beyond is hung up on. */
  readonly maxConnections: number
  /** How long requests in progress are waited for when the server stops. */
  readonly stopMs: number
}

/** Enough for Alertmanager, a reverse proxy and the jobs of a small team; nothing here is ever slow for a good reason. */
export const defaultLimits: ApiLimits = {
  maxHeaderBytes: 8192,
  headersMs: 5000,
  requestMs: 10_000,
  keepAliveMs: 5000,
  handlerMs: 10_000,
  maxConnections: 256,
  stopMs: 3000,
}
