import assert from 'node:assert/strict'
import { globSync, mkdirSync, renameSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import { vigie as cli } from '../../../test/support/cli.ts'
import { mounted } from '../../../test/support/mounted.ts'
import { step, tell, vigie } from '../parts/program.ts'
import type { Insurance } from './insurance.ts'

/** Eight ways to spoil a backup, each of which a drill names by a code of its own. */
export async function sabotages(insurance: Insurance): Promise<void> {
  step('eight sabotages give eight different failure codes')
  const codes: string[] = []
  for (const [what, spoil] of Object.entries(ways)) {
    const { code, message } = await spoil(insurance)
    tell(`${code.padEnd(18)} ${what}`)
    tell(`${''.padEnd(18)} ${message}`)
    codes.push(code)
  }
  assert.deepEqual(codes, Object.keys(expected))
  assert.equal(new Set(codes).size, 8)
}

interface Failure {
  readonly code: string
  readonly message: string
}

const expected = {
  truncated: 0,
  'extension-missing': 0,
  'wrong-key': 0,
  'volume-missing': 0,
  'table-empty': 0,
  'too-old': 0,
  'role-missing': 0,
  'no-space': 0,
}

const ways: Readonly<Record<string, (insurance: Insurance) => Promise<Failure>>> = {
  'a part of the dump was cut': async (insurance) => {
    const words = insurance.config({}, { name: 'cut' })
    await create(words)
    const [object = ''] = globSync(join(insurance.repository, 'MonAssurance', 'cut', '*', 'db', 'database', '*'))
    truncateSync(object, 1000)
    return drill(words)
  },
  'an extension is not on the machine that restores': async (insurance) => {
    const { admin } = insurance
    await admin.query('create extension pltcl')
    const words = insurance.config({}, { name: 'extension', what: ['db'] })
    try {
      await create(words)
      return await drill(words)
    } finally {
      await admin.query('drop extension pltcl')
    }
  },
  'the private key is another one': async (insurance) => {
    const [mine, other] = [await generateX25519Identity(), await generateX25519Identity()]
    const key = join(insurance.dir, 'other.key')
    writeFileSync(key, other)
    const encrypt = { recipients: [await identityToRecipient(mine)], identity: { secretFile: key } }
    const words = insurance.config({ encrypt }, { name: 'keys', what: ['docs'] })
    await create(words)
    return drill(words)
  },
  'a volume was not there when the backup was made': async (insurance) => {
    const words = insurance.config({}, { name: 'volume' })
    const documents = join(insurance.dir, 'documents')
    renameSync(documents, `${documents}.away`)
    const made = await vigie(['backups', 'create', ...words]).finally(() => renameSync(`${documents}.away`, documents))
    assert.equal(made.code, 1, 'a backup that lacks a part is not a success')
    return drill(words, await newest(words))
  },
  'pg_dump left the rows of a table out': async (insurance) => {
    const script = `exec ${join(insurance.bin, 'pg_dump')} "$@" --exclude-table-data=policies`
    const bin = insurance.programsWith('pg_dump', script)
    const words = insurance.config({}, { name: 'empty', what: ['db'], bin })
    await create(words)
    return drill(words)
  },
  'the last backup is older than the work that may be lost': async (insurance) => {
    const words = insurance.config({ drill: { rpo: '1ms' } }, { name: 'old', what: ['docs'] })
    await create(words)
    return drill(words)
  },
  'the copy of the roles lacks one': async (insurance) => {
    const script = `${join(insurance.bin, 'pg_dumpall')} "$@" | grep -v reader`
    const bin = insurance.programsWith('pg_dumpall', script)
    const words = insurance.config({}, { name: 'roles', what: ['db'], bin })
    await create(words)
    return drill(words)
  },
  'the disk of the drill is full': async (insurance) => {
    const words = insurance.config({}, { name: 'space' })
    await create(words)
    const scratch = join(insurance.dir, '.vigie', 'scratch')
    mkdirSync(scratch, { recursive: true })
    const through = mounted(scratch, 'mount -t tmpfs -o size=4m none "$0"; exec "$@"')
    const { stdout } = await cli(['backups', 'drill', '--json', ...words], { through })
    console.log('$ vigie backups drill --json   (with 4 MB for it)')
    return JSON.parse(stdout).drill.failure
  },
}

async function create(words: readonly string[]): Promise<void> {
  const made = await vigie(['backups', 'create', ...words])
  assert.equal(made.code, 0, made.stdout)
}

async function drill(words: readonly string[], backup = 'latest'): Promise<Failure> {
  const { code, stdout } = await vigie(['backups', 'drill', backup, '--json', ...words])
  assert.notEqual(code, 0, 'a spoilt backup passed its drill')
  const { drill: told } = JSON.parse(stdout)
  assert.ok(told?.failure, stdout)
  const { backups } = JSON.parse((await cli(['backups', 'list', '--json', ...words])).stdout)
  const [one] = backups.filter(({ id }: { id: string }) => id === told.backup)
  assert.equal(one.provedAt, null, 'a spoilt backup is called proved')
  return told.failure
}

async function newest(words: readonly string[]): Promise<string> {
  const { backups } = JSON.parse((await cli(['backups', 'list', '--json', ...words])).stdout)
  return backups[0].id
}
