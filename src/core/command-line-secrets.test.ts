import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { secretsInCommand } from './command-line-secrets.ts'

const cases: readonly (readonly [command: string | readonly string[], secrets: readonly string[]])[] = [
  [['tool', '--token', 'argvTok12345', 'rest'], ['argvTok12345']],
  [['tool', '--token', 'two words'], ['two words']],
  [
    ['tool', '--api-key=k3y', '--db-password', 'hunter2'],
    ['k3y', 'hunter2'],
  ],
  [['tool', '-password', 'hunter2'], ['hunter2']],
  [['tool', '--token', '--verbose'], []],
  [['tool', '--token-file', '/run/secrets/x', '--password-stdin', 'x', '--no-password', 'database'], []],
  [['/usr/bin/mysql', '-h', 'db', '-psecretpw1'], ['secretpw1']],
  [['nice', 'mysqldump', '-psecretpw1', '-P', '3306'], ['secretpw1']],
  [['mysql', '-p', 'database'], []],
  [['psql', '-p5432', '-psecretpw1'], ['secretpw1']],
  [['docker', 'run', '-p', '8080:80', 'mysql'], []],
  [['docker', 'login', '-u', 'me', '-p', 'hunter2'], ['hunter2']],
  [['sshpass', '-p', 'hunter2', 'ssh', 'host'], ['hunter2']],
  [['redis-cli', '-a', 'hunter2', 'ping'], ['hunter2']],
  [['curl', '-u', 'me:hunter2', 'http://x'], ['hunter2']],
  [['curl', '--user', 'me', 'http://x'], []],
  [['env', 'PGPASSWORD=hunter2', 'PWD=/srv/app', 'psql'], ['hunter2']],
  [
    ['sh', '-c', 'PGPASSWORD="two words" psql -h db && mysql -psecretpw1'],
    ['two words', 'secretpw1'],
  ],
  [
    'mysql -p$DB_PASSWORD --token "$TOKEN" --token=`cat x` && tool --secret \'it is\' --count 5 --token 5432',
    ['it is'],
  ],
  ['echo password and token', []],
]

describe('the secrets written on a command line', () => {
  for (const [command, secrets] of cases) {
    it(`of ${JSON.stringify(command)} are ${JSON.stringify(secrets)}`, () =>
      assert.deepEqual(secretsInCommand(command), secrets))
  }

  it('are looked for in any text, soon', () => {
    fc.assert(fc.property(fc.string({ maxLength: 200 }), (line) => Array.isArray(secretsInCommand(line))))
    const started = performance.now()
    for (const part of ['"', "'", '\\', '-', 'a-', '--a-a_', '"\\', ' "\'']) secretsInCommand(part.repeat(5000))
    assert.ok(performance.now() - started < 3000)
  })
})
