import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { createServer, type Server } from 'node:net'
import { after, describe, it } from 'node:test'
import { promisify } from 'node:util'
import pg from 'pg'
import { knownPorts, lookedForPorts } from '../../src/cli/init/known-ports.ts'
import { tcpAddress } from '../../src/platform/tcp-address.ts'
import { vigie } from '../support/cli.ts'
import { configOf, plantProjects } from '../support/planted.ts'
import { startPostgres } from '../support/postgres.ts'
import { assertFits } from '../support/schema.ts'

const run = promisify(execFile)
const { project, remove } = plantProjects()
after(remove)
const servers: Server[] = []
after(() => {
  for (const server of servers) server.close()
})

describe('vigie init beside services that run', { concurrency: 2 }, () => {
  it('finds the open port of a known service', async () => {
    const port = lookedForPorts.find((one) => knownPorts[one] === 'redis') ?? 0
    // When a real one is there already, it is as good.
    await listen(createServer(), port).catch((error: NodeJS.ErrnoException) => assert.equal(error.code, 'EADDRINUSE'))
    const dir = project('with redis')
    await vigie(['init'], { cwd: dir })
    assert.match(configOf(dir), new RegExp(`redis: tcp\\(\\{ host: 'localhost', port: ${port} \\}\\)`))
    const got = await vigie(['run', 'redis', '--json'], { cwd: dir })
    assert.equal(got.code, 0, got.stdout)
  })

  it('asks what it finds: a health report, an API without a first page, what speaks no HTTP', async () => {
    const health = await listenHttp(({ url }, response) => {
      const isHealth = url === '/health'
      response.writeHead(isHealth ? 200 : 404).end(isHealth ? '{"status":"ok"}' : '{}')
    })
    const bare = await listenHttp((_, response) => response.writeHead(404).end())
    const greeter = createServer((socket) => socket.on('error', () => undefined).end('220 hello\r\n'))
    const dumb = await listen(greeter, 0)
    const dir = project('with services', {
      'compose.yaml': `services: { api: { ports: ["${health}:80"] }, bare: { ports: ["${bare}:80"] }, dumb: { ports: ["${dumb}:80"] } }\n`,
    })
    await vigie(['init'], { cwd: dir })
    const text = configOf(dir)
    assert.match(text, /api: http\(\{ url: '[^']+', health: '\/health'/)
    assert.match(text, /bare: http\(.*status: \[404\]/)
    assert.match(text, /dumb: tcp\(/)
    const got = await vigie(['run', 'api', 'bare', 'dumb', '--json'], { cwd: dir })
    assert.equal(got.code, 0, got.stdout)
    const statuses = got.json().steps.map(({ status }: { status: string }) => status)
    assert.deepEqual([...new Set(statuses)], ['pass'], got.stdout)
  })

  it('gives a config whose whole daily routine runs on a real database and checkout', async () => {
    const postgres = await startPostgres()
    try {
      const url = postgres.url()
      const client = new pg.Client(url)
      await client.connect()
      await client.query(
        'create table clients (id int primary key, name text); insert into clients values (1); analyze',
      )
      await client.end()
      const dir = project('real', { '.env': `DATABASE_URL=${url}\n`, '.gitignore': '.env\n' })
      const git = (...words: string[]): Promise<unknown> =>
        run('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.invalid', ...words], { cwd: dir })
      await git('init', '-q')
      await vigie(['init'], { cwd: dir })
      assert.ok(!configOf(dir).includes(url))
      await git('add', '.')
      await git('commit', '-qm', 'first')
      const got = await vigie(['run', 'daily', '--json'], { cwd: dir })
      assertFits('run', got.json())
      const steps: { id: string; status: string }[] = got.json().steps
      const statusOf = (id: string): string | undefined => steps.find((step) => step.id === id)?.status
      assert.equal(statusOf('db/reachable'), 'pass')
      assert.equal(statusOf('code/clean'), 'pass', 'the state of the first run is no change to commit')
      // A full disk or an old runtime of this machine is a true finding; only a check that cannot tell is a fault.
      const blind = steps.filter(({ id, status }) => status === 'error' && !id.startsWith('host/'))
      // Nor can anyone tell which index is unused by the statistics of a server that has just started.
      assert.deepEqual(
        blind.map(({ id }) => id),
        ['db/unused-index'],
        got.stdout,
      )
    } finally {
      await postgres.stop()
    }
  })
})

async function listen(server: Server, port: number): Promise<number> {
  servers.push(server)
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))
  return tcpAddress(server).port
}

function listenHttp(answer: RequestListener): Promise<number> {
  return listen(createHttpServer(answer), 0)
}
