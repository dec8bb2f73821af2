import { VigieError } from '../../core/errors.ts'
import { unusableAddress, unusableAddressHint } from './engine-texts.ts'

/** Where an engine listens. */
export type EngineAddress = { readonly socketPath: string } | { readonly host: string; readonly port: number }

/** Where Docker listens unless it was told otherwise (dockerd(8), `--host`). */
export const defaultEngine = 'unix:///var/run/docker.sock'

/** The address as it is written for the docker command: of the option, else of DOCKER_HOST, else Docker's own. */
export function engineAt(option: string | undefined): string {
  const named = option ?? process.env['DOCKER_HOST'] ?? ''
  if (named === '') return defaultEngine
  return named.startsWith('/') ? `unix://${named}` : named
}

/** Throws `usage` for what cannot be spoken to: SSH, named pipes, TLS. */
export function parseEngineAddress(address: string): EngineAddress {
  const refused = new VigieError('usage', unusableAddress({ address }), { hint: unusableAddressHint({}) })
  const [, socketPath] = /^unix:\/\/(\/.+)$/.exec(address) ?? []
  if (socketPath !== undefined) return { socketPath }
  if (!/^(?:tcp|http):\/\//.test(address) || process.env['DOCKER_TLS_VERIFY']) throw refused
  const url = URL.parse(address.replace(/^tcp:/, 'http:'))
  if (url === null || url.hostname === '' || url.pathname !== '/' || url.username !== '') throw refused
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || 2375) }
}
