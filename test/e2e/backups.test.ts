import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, globSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { boxSystem } from '../support/box-system.ts'
import { vigie } from '../support/cli.ts'

const lines = Array.from({ length: 20_000 }, (_, line) => `thing ${line} ${(line * 7919) % 1000}`)
const systems: ReturnType<typeof boxSystem>[] = []
const aBox = (entry?: string): ReturnType<typeof boxSystem> => {
  const made = boxSystem(lines, entry)
  systems.push(made)
  return made
}
after(() => {
  for (const system of systems) system.remove()
})

describe('vigie backups', () => {
  test('makes one, lists it, verifies it, restores it beside the living one, and proves it by a drill', async () => {
    const { config, dir, file } = aBox()
    const made = await vigie(['backups', 'create', '--json', ...config])
    assert.equal(made.code, 0, made.stderr + made.stdout)
    const [first] = (await vigie(['backups', 'list', '--json', ...config])).json().backups
    assert.deepEqual(
      [first.status, first.parts.length, first.parts[0].bytes, first.provedAt],
      ['succeeded', 1, readFileSync(file).length, null],
    )
    const verified = await vigie(['backups', 'verify', '--json', ...config])
    assert.equal(verified.code, 0, verified.stdout)
    assert.equal(verified.json().steps[0].status, 'pass')

    const drill = await vigie(['backups', 'drill', 'latest', '--json', ...config])
    assert.equal(drill.code, 0, drill.stdout)
    const { backup, status, assertions, rtoMs, rpoMs, failure } = drill.json().drill
    assert.deepEqual([backup, status, failure], [first.id, 'passed', null])
    assert.deepEqual(assertions, [{ name: 'lines', status: 'pass', expected: '20000', actual: '20000' }])
    assert.ok(rtoMs > 0 && rpoMs > 0)
    assert.notEqual((await vigie(['backups', 'list', '--json', ...config])).json().backups[0].provedAt, null)

    const asked = await vigie(['backups', 'restore', 'latest', ...config])
    assert.equal(asked.code, 3, asked.stdout)
    assert.equal(existsSync(`${file}.restored`), false)
    const restored = await vigie(['backups', 'restore', 'latest', '--yes', ...config])
    assert.equal(restored.code, 0, restored.stdout)
    assert.deepEqual(readFileSync(`${file}.restored`), readFileSync(file))
    assert.deepEqual(globSync(join(dir, '.vigie', 'scratch', '*', '*')), [])
    const audit = (await vigie(['audit', 'list', '--json', ...config])).json().entries
    for (const event of ['backup.succeeded', 'drill.passed'])
      assert.ok(audit.some((one: { event: string }) => one.event === event))
  })

  test('restores over the living one only with approval, and backs that up first', async () => {
    const { config, file, fill } = aBox()
    await vigie(['backups', 'create', ...config])
    const before = readFileSync(file)
    fill(['a mistake'])
    const words = ['backups', 'restore', 'latest', '--over', ...config]
    const refused = await vigie([...words, '--yes'])
    assert.equal(refused.code, 3, refused.stdout)
    const plan = (await vigie([...words, '--dry-run', '--json'])).json().run.plan
    const done = await vigie([...words, '--approve', plan])
    assert.equal(done.code, 0, done.stdout)
    assert.deepEqual(readFileSync(file), before)
    const all = (await vigie(['backups', 'list', '--json', ...config])).json().backups
    assert.equal(all.length, 2)
    // The newest one holds the mistake, as it was.
    await vigie(['backups', 'restore', all[0].id, '--yes', ...config])
    assert.equal(readFileSync(`${file}.restored`, 'utf8'), 'a mistake\n')
  })

  test('gives by hand what was backed up, with standard tools alone', async () => {
    const { config, file, repository } = aBox()
    await vigie(['backups', 'create', ...config])
    const folder = folderIn(repository)
    execFileSync('sh', ['restore.sh'], { cwd: folder })
    assert.deepEqual(readFileSync(join(folder, 'restored', 'things', 'lines.txt')), readFileSync(file))
  })

  const sabotages: readonly [string, string, (folder: string) => void][] = [
    ['a part that was cut', 'truncated', (folder) => truncateSync(partIn(folder), 100)],
    ['a part that is gone', 'truncated', (folder) => rmSync(partIn(folder))],
    ['a byte that was changed', 'checksum', (folder) => flip(partIn(folder), 0.5)],
    ['the first byte that was changed', 'checksum', (folder) => flip(partIn(folder), 0)],
    ['a manifest that was changed', 'checksum', (folder) => flip(join(folder, 'manifest.json'), 0.3)],
    ['a manifest that is gone', 'manifest-missing', (folder) => rmSync(join(folder, 'manifest.json'))],
  ]
  describe('that was spoilt', () => {
    let box: ReturnType<typeof aBox>
    let sound: string
    before(async () => {
      box = aBox()
      await vigie(['backups', 'create', ...box.config])
      sound = join(box.dir, 'sound')
      cpSync(box.repository, sound, { recursive: true })
    })
    for (const [what, code, damage] of sabotages)
      test(`names ${what}: ${code}, in the drill and in verify, and never calls it proved`, async () => {
        const { config, repository } = box
        rmSync(repository, { recursive: true })
        cpSync(sound, repository, { recursive: true })
        damage(folderIn(repository))
        const verified = await vigie(['backups', 'verify', '--json', ...config])
        assert.deepEqual([verified.code, verified.json().steps[0].status], [1, 'fail'], verified.stdout)
        const drill = await vigie(['backups', 'drill', 'latest', '--json', ...config])
        assert.equal(drill.code, 1, drill.stdout)
        assert.deepEqual([drill.json().drill.status, drill.json().drill.failure.code], ['failed', code])
      })
    test('and none of them is proved', async () => {
      const [only] = (await vigie(['backups', 'list', '--json', ...box.config])).json().backups
      assert.equal(only.provedAt, null)
    })
  })

  test('a drill fails with its own code when the copy does not answer as it should, or is too old', async () => {
    const asked = aBox(`drill: { questions: [{ name: 'thing 7 is there', query: 'thing 70000 ', expect: 'yes' }] }`)
    await vigie(['backups', 'create', ...asked.config])
    const wrong = (await vigie(['backups', 'drill', '--json', ...asked.config])).json().drill
    assert.equal(wrong.failure.code, 'assertion')
    assert.match(wrong.failure.message, /thing 7 is there/)
    const old = aBox(`drill: { rpo: '1ms' }`)
    await vigie(['backups', 'create', ...old.config])
    assert.equal((await vigie(['backups', 'drill', '--json', ...old.config])).json().drill.failure.code, 'too-old')
  })

  test('a question that the copy does not answer is a failure, and one that nobody is asked is refused', async () => {
    const silent = aBox(`drill: { questions: [{ name: 'silence', query: 'x', expect: 'yes' }] }`)
    const [, file = ''] = silent.config
    writeFileSync(file, readFileSync(file, 'utf8').replace('...questions.map(', '...[].map('))
    await vigie(['backups', 'create', ...silent.config])
    const { drill } = (await vigie(['backups', 'drill', '--json', ...silent.config])).json()
    assert.deepEqual(
      [drill.status, drill.failure.code, drill.assertions.at(-1).name],
      ['failed', 'assertion', 'silence'],
    )
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replace("name: 'silence',", "name: 'silence', component: 'elsewhere',"),
    )
    const refused = await vigie(['backups', 'list', ...silent.config])
    assert.equal(refused.code, 2)
    assert.match(refused.stderr, /each question says which component/)
  })

  test('a component that cannot be read makes it fail, and no backup is there', async () => {
    const { config, file, repository } = aBox()
    rmSync(file)
    const made = await vigie(['backups', 'create', '--json', ...config])
    assert.equal(made.code, 1, made.stdout)
    const [only] = (await vigie(['backups', 'list', '--json', ...config])).json().backups
    assert.equal(only.status, 'failed')
    assert.deepEqual(
      globSync(join(repository, '**', '*.*')).filter((one) => !one.endsWith('repository')),
      [],
    )
    const drill = await vigie(['backups', 'drill', '--json', ...config])
    assert.notEqual(drill.code, 0)
  })

  test('one component that is away makes it partial: the others are copied, and it is no success', async () => {
    const { config, dir } = aBox()
    const [, file = ''] = config
    const text = readFileSync(file, 'utf8')
      .replace("things: { kind: 'box', path: 'things.txt' }", "$&, away: { kind: 'files', path: 'away' }")
      .replace("what: ['things']", "what: ['away', 'things']")
    writeFileSync(file, text)
    const made = await vigie(['backups', 'create', '--json', ...config])
    assert.equal(made.code, 1, made.stdout)
    const [only] = (await vigie(['backups', 'list', '--json', ...config])).json().backups
    const parts = only.parts.map(({ component, status }: { component: string; status: string }) => [component, status])
    assert.deepEqual(
      [only.status, parts],
      [
        'partial',
        [
          ['away', 'failed'],
          ['things', 'succeeded'],
        ],
      ],
    )
    const drill = (await vigie(['backups', 'drill', only.id, '--json', ...config])).json().drill
    assert.deepEqual([drill.status, drill.failure.code], ['failed', 'volume-missing'])
    const restored = await vigie(['backups', 'restore', only.id, '--component', 'things', '--yes', ...config])
    assert.equal(restored.code, 0, restored.stdout)
    assert.ok(existsSync(join(dir, 'things.txt.restored')))
  })

  test('a repository that is not mounted is named, and is not made in its place', async () => {
    const { config, repository } = aBox()
    rmSync(repository, { recursive: true })
    const made = await vigie(['backups', 'create', ...config])
    assert.notEqual(made.code, 0)
    assert.match(made.stdout, /is not a folder that is there/)
    assert.equal(existsSync(repository), false)
  })

  test('says nothing with --quiet but what is wrong', async () => {
    const { config } = aBox()
    for (const words of [
      ['create'],
      ['list'],
      ['verify'],
      ['drill'],
      ['restore', '--dry-run'],
      ['prune', '--dry-run'],
    ]) {
      const { code, stdout } = await vigie(['backups', ...words, '--quiet', ...config])
      assert.deepEqual([code, stdout], [0, ''], words.join(' '))
    }
  })

  test('tells in French and English what is not there', async () => {
    const { config } = aBox()
    const none = await vigie(['backups', 'list', ...config])
    assert.match(none.stdout, /There is no backup yet/)
    const unknown = await vigie(['backups', 'restore', 'nope', '--locale', 'fr', ...config])
    assert.notEqual(unknown.code, 0)
    assert.match(unknown.stdout + unknown.stderr, /Il n'y a pas de sauvegarde «\snope\s»/)
  })
})

function folderIn(repository: string): string {
  const [manifest] = globSync(join(repository, '**', 'manifest.json'))
  assert.ok(manifest)
  return dirname(manifest)
}

function partIn(folder: string): string {
  const [object] = globSync(join(folder, 'things', 'lines', '*'))
  assert.ok(object)
  return object
}

function flip(file: string, where: number): void {
  const bytes = readFileSync(file)
  const at = Math.min(bytes.length - 1, Math.floor(bytes.length * where))
  bytes[at] = (bytes[at] ?? 0) ^ 1
  writeFileSync(file, bytes)
}
