import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { type BadRun, type BadStep, badRun } from '../support/bad-run.ts'
import {
  type BadServer,
  certificateFor,
  closedPort,
  rawServer,
  secureServer,
  webServer,
} from '../support/bad-servers.ts'
import { vigie } from '../support/cli.ts'
import { type ScratchSystem, scratchSystem } from '../support/scratch-system.ts'

/** All checks of an HTTP service once; `status` are options of the check of that name, `limit` is that of each look. */
function service(url: string, status = '', limit = '20s'): string {
  const look = `timeout: '${limit}', attempts: 1`
  return `http({ url: '${url}', health: '/health', checks: {
    status: { ${look}, ${status} }, health: { ${look} },
    latency: { timeout: '${limit}', samples: 1 }, ${url.startsWith('https:') ? `certificate: { ${look} }` : ''} } })`
}

function systemOf(component: string): ScratchSystem {
  return scratchSystem(
    `import { defineSystem, http, tls } from 'vigie'\nexport default defineSystem({ name: 'S', components: { it: ${component} } })\n`,
  )
}

interface Case {
  readonly server?: BadServer
  readonly component: string
  readonly env?: (system: ScratchSystem) => NodeJS.ProcessEnv
}

/** Looks, and proves that no connection to the server stays open. */
async function looking(
  { server, component, env }: Case,
  judge: (run: BadRun, step: (name: string) => BadStep) => void,
): Promise<void> {
  const system = systemOf(component)
  try {
    const run = await badRun(system, ['it'], env === undefined ? {} : { env: env(system) })
    judge(run, (name) => {
      const step = run.steps.get(`it/${name}`)
      assert.ok(step, `no step ${name}`)
      return step
    })
    for (let round = 0; server !== undefined && (await server.open()) > 0; round++) {
      assert.ok(round < 100, 'a connection stays open')
      await wait(20)
    }
  } finally {
    await server?.stop()
    system.remove()
  }
}

/** A server that tells nothing usable: status and health fail with the reason, the latency is left open. */
async function fails(one: Case, says: RegExp, next: RegExp, french: RegExp): Promise<void> {
  await looking(one, (run, step) => {
    assert.deepEqual([run.code, run.status], [1, 'failed'])
    assert.deepEqual(
      ['status', 'health', 'latency'].map((name) => step(name).status),
      ['fail', 'fail', 'error'],
    )
    for (const name of ['status', 'health']) {
      assert.match(step(name).summary, says)
      assert.match(step(name).remedy, next)
      assert.match(step(name).french, french)
    }
    assert.match(step('latency').summary, /could not tell: \/ was not timed/)
    assert.match(step('latency').remedy, next)
    assert.ok(run.findings >= 2)
  })
}

const http = (server: BadServer, limit?: string): Case => ({
  server,
  component: service(`http://127.0.0.1:${server.port}/`, '', limit),
})
const https = (server: BadServer): Case => ({ server, component: service(`https://127.0.0.1:${server.port}/`) })

/** The certificate of the server is the only authority that is known beside the usual ones. */
const trusting =
  (pem: string) =>
  (system: ScratchSystem): NodeJS.ProcessEnv => ({ NODE_EXTRA_CA_CERTS: system.write('ca.pem', pem) })

describe('a server', { concurrency: 2 }, () => {
  it('on whose port nobody listens', async () => {
    const component = service(`http://127.0.0.1:${await closedPort()}/`)
    await fails(
      { component },
      /127\.0\.0\.1:\d+\/.* did not answer: connection refused \(.*ECONNREFUSED/,
      /Is the service running\? Try: curl -sv http/,
      /n'a pas répondu\s: connexion refusée[\s\S]*Essayez\s: curl/,
    )
  })

  it('whose name does not resolve', () =>
    fails(
      { component: service('http://nowhere.invalid/') },
      /nowhere\.invalid.*the name is not known/,
      /getent hosts nowhere\.invalid/,
      /nom inconnu[\s\S]*getent hosts/,
    ))

  it('that sends one byte a minute', async () => {
    const server = await rawServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nx')
      const drip = setInterval(() => socket.write('x'), 60_000)
      socket.once('close', () => clearInterval(drip))
    })
    await fails(
      http(server, '1s'),
      /no whole answer in time \(\d+ ms\)/,
      /overloaded.*curl -sv/,
      /pas de réponse complète à temps[\s\S]*surchargé/,
    )
  })

  it('that sends its head byte by byte', async () => {
    const server = await rawServer((socket) => {
      const drip = setInterval(() => socket.write('H'), 60_000)
      socket.write('H')
      socket.once('close', () => clearInterval(drip))
    })
    await fails(http(server, '1s'), /no whole answer in time/, /curl -sv/, /à temps/)
  })

  it('that accepts and says nothing', async () => {
    await fails(http(await rawServer(() => undefined), '1s'), /no whole answer in time/, /curl -sv/, /à temps/)
  })

  it('that hangs up at once', async () => {
    await fails(
      http(await rawServer((socket) => socket.destroy())),
      /the connection was cut/,
      /Is the service running/,
      /connexion coupée/,
    )
  })

  it('that answers garbage instead of HTTP', async () => {
    const server = await rawServer((socket) => socket.end('\0\u0007\u001b[2JSSH-2.0-OpenSSH_9.2\r\n\r\n'))
    await fails(
      http(server),
      /it does not speak HTTP \(/,
      /Check the scheme and the port in the url/,
      /ne parle pas HTTP[\s\S]*protocole et le port/,
    )
  })

  it('that redirects in circles', async () => {
    const server = await webServer((request, response) => {
      response.writeHead(302, { location: request.url === '/a' ? '/b' : '/a' }).end()
    })
    await fails(http(server), /redirects in circles \(.*\/a → .*\/b → /, /--max-redirs/, /redirige en boucle/)
  })

  it('that redirects ever further', async () => {
    const server = await webServer((request, response) => {
      response.writeHead(302, { location: `${request.url}x` }).end()
    })
    await fails(http(server), /redirects in circles/, /--max-redirs/, /redirige en boucle/)
  })

  it('that speaks plain HTTP where TLS is asked for', async () => {
    const one = https(await webServer((_, response) => response.end('fine')))
    await fails(
      one,
      /it does not speak HTTPS \(wrong version number\)/,
      /Check the scheme and the port/,
      /ne parle pas HTTPS/,
    )
  })

  it('that speaks TLS where plain HTTP is asked for', async () => {
    const one = http(await secureServer(await certificateFor()))
    await fails(one, /did not answer: (it does not speak HTTP|the connection was cut)/, /curl -sv/, /n'a pas répondu/)
  })

  it('whose certificate nobody vouches for', async () => {
    const one = https(await secureServer(await certificateFor()))
    await fails(
      one,
      /its certificate is not trusted \(self-signed certificate\)/,
      /openssl s_client -connect 127\.0\.0\.1:\d+/,
      /certificat n'est pas reconnu/,
    )
  })

  it('whose certificate has ended', async () => {
    const pem = await certificateFor({ daysLeft: -10 })
    const one = { ...https(await secureServer(pem)), env: trusting(pem.cert) }
    await fails(one, /not trusted \(certificate has expired\)/, /openssl s_client/, /n'est pas reconnu/)
  })

  it('whose certificate has another name', async () => {
    const pem = await certificateFor({ name: 'other.example.test' })
    const one = { ...https(await secureServer(pem)), env: trusting(pem.cert) }
    await fails(one, /not trusted \(.*127\.0\.0\.1/, /openssl s_client/, /n'est pas reconnu/)
  })
})

describe('the certificate check', { concurrency: 2 }, () => {
  const rows: readonly (readonly [string, { name?: string; daysLeft?: number } | undefined, RegExp, RegExp, RegExp])[] =
    [
      [
        'of nobody known',
        {},
        /chain is not trusted: DEPTH_ZERO_SELF_SIGNED_CERT/,
        /fullchain\.pem/,
        /n'est pas reconnue[\s\S]*NODE_EXTRA_CA_CERTS/,
      ],
      [
        'that has ended',
        { daysLeft: -10 },
        /certificate of localhost ended on/,
        /certbot renew/,
        /a expiré le[\s\S]*certbot renew/,
      ],
      [
        'of another name',
        { name: 'other.example.test' },
        /is for another name: .*127\.0\.0\.1/,
        /--expand -d NAME/,
        /au nom d'un autre[\s\S]*-d NOM/,
      ],
      [
        'of a server that speaks no TLS',
        undefined,
        /no TLS connection to 127\.0\.0\.1:\d+: ERR_SSL_WRONG_VERSION_NUMBER/,
        /openssl s_client/,
        /pas de connexion TLS/,
      ],
    ]
  for (const [what, wanted, says, next, french] of rows) {
    it(`of one ${what} fails and says what to do`, async () => {
      const pem = wanted === undefined ? undefined : await certificateFor(wanted)
      const server = await (pem === undefined ? webServer((_, response) => response.end()) : secureServer(pem))
      const ca = what === 'of nobody known' || pem === undefined ? '' : `ca: ${JSON.stringify('ca.pem')}, `
      const component = `tls({ host: '127.0.0.1', port: ${server.port}, ${ca}checks: { certificate: { timeout: '20s', attempts: 1 } } })`
      const env = (system: ScratchSystem) => ({ VIGIE_CA: system.write('ca.pem', pem?.cert ?? '') })
      await looking({ server, component, env }, (run, step) => {
        const seen = step('certificate')
        assert.deepEqual([run.code, seen.status], [1, 'fail'])
        assert.match(seen.summary, says)
        assert.match(seen.remedy, next)
        assert.match(seen.french, french)
      })
    })
  }

  it('is not held by a server that accepts and says nothing', async () => {
    const server = await rawServer(() => undefined)
    const component = `tls({ host: '127.0.0.1', port: ${server.port}, checks: { certificate: { timeout: '1s', attempts: 1 } } })`
    await looking({ server, component }, (run, step) => {
      assert.deepEqual([run.code, step('certificate').status], [1, 'fail'])
      assert.match(step('certificate').summary, /ETIMEDOUT/)
    })
  })
})

describe('a body', { concurrency: 2 }, () => {
  const endless = (): Promise<BadServer> =>
    webServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' })
      const chunk = Buffer.alloc(65_536, 'x')
      const more = (): void => {
        while (!response.destroyed && response.write(chunk));
      }
      response.on('drain', more)
      response.write('ready ')
      more()
    })

  for (const [what, options, status, code] of [
    ['is enough for its status', '', 'pass', 0],
    ['is enough for what stands at its beginning', "bodyContains: 'ready'", 'pass', 0],
    ['leaves open what was not found', "bodyContains: 'needle'", 'error', 3],
    ['leaves open what must not be found', "bodyMatches: '^(?![^]*ERROR)'", 'error', 3],
    ['leaves open what stands at its end', "bodyMatches: 'x$'", 'error', 3],
    ['leaves open whether it is JSON', "json: { status: 'ok' }", 'error', 3],
  ] as const) {
    it(`without end ${what}`, async () => {
      const server = await endless()
      const url = `http://127.0.0.1:${server.port}/`
      const component = `http({ url: '${url}', checks: { status: { timeout: '20s', attempts: 1, ${options} }, latency: false } })`
      await looking({ server, component }, (run, step) => {
        assert.deepEqual([step('status').status, run.code], [status, code], step('status').summary)
        if (status === 'pass') return
        assert.match(step('status').summary, /could not tell: the body is longer than 1\sMB/)
        assert.match(step('status').remedy, /maxBodyBytes/)
        assert.match(step('status').french, /dépasse 1\sMo/)
      })
    })
  }

  it('without end is no health report, and ends the timing at its limit', async () => {
    const server = await endless()
    const component = service(`http://127.0.0.1:${server.port}/`, '', '2s')
    await looking({ server, component }, (run, step) => {
      assert.equal(run.code, 3)
      assert.equal(step('health').status, 'error')
      assert.match(step('health').summary, /could not tell: the body is longer than/)
      assert.match(step('health').french, /indéterminé\s: le corps dépasse/)
    })
  })

  const latin1 = (type: string): Promise<BadServer> =>
    webServer((_, response) =>
      response.writeHead(200, { 'content-type': type }).end(Buffer.from('état : prêt', 'latin1')),
    )
  for (const [what, type, status, code] of [
    ['of another character set than it says leaves the question open', 'text/plain; charset=utf-8', 'error', 3],
    ['of another character set than the usual leaves the question open', 'text/plain', 'error', 3],
    ['of a character set that nobody knows leaves the question open', 'text/plain; charset=klingon', 'error', 3],
    ['is read in the character set that it says', 'text/plain; charset=ISO-8859-1', 'pass', 0],
  ] as const) {
    it(what, async () => {
      const server = await latin1(type)
      const component = `http({ url: 'http://127.0.0.1:${server.port}/', checks: { status: { timeout: '20s', attempts: 1, bodyContains: 'prêt' }, latency: false } })`
      await looking({ server, component }, (run, step) => {
        assert.deepEqual([step('status').status, run.code], [status, code], step('status').summary)
        if (status === 'pass') return
        assert.match(step('status').summary, /not text of the character set it is sent as \(text\/plain/)
        assert.match(step('status').remedy, /charset=utf-8/)
        assert.match(step('status').french, /jeu de caractères annoncé/)
      })
    })
  }

  it('of a broken service is told to a French reader with what to try', async () => {
    const system = systemOf(service(`http://127.0.0.1:${await closedPort()}/`))
    try {
      const got = await vigie(['run', 'daily', '--locale', 'fr', ...system.config])
      assert.equal(got.code, 1)
      assert.match(got.stdout, /n'a pas répondu\s: connexion refusée/)
      assert.match(got.stdout, /Le service est-il démarré\s\? Essayez\s: curl -sv http:\/\/127\.0\.0\.1/)
      assert.match(got.stdout, /2 en échec.*1 indéterminé/)
      assert.doesNotMatch(got.stdout, /refused|timed-out/)
    } finally {
      system.remove()
    }
  })
})
