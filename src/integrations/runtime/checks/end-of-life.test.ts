import assert from 'node:assert/strict'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import fc from 'fast-check'
import { aComponent, testContext } from '../../../../test/support/context.ts'
import { createFormatter } from '../../../core/formatter.ts'
import { createRenderer, messageMap } from '../../../core/message.ts'
import { checkedOn, codenames, endOfLife, type Product } from '../end-of-life.ts'
import { type FoundVersion, programOnPath } from '../find-versions.ts'
import { runtimeOptions } from '../options.ts'
import { endOfLifeCheck, type RuntimeSample } from './end-of-life.ts'

const options = endOfLifeCheck.options.parse({})
const products = Object.keys(endOfLife) as Product[]
const judge = (now: string, versions: readonly string[], changes: Partial<RuntimeSample> = {}) =>
  endOfLifeCheck.judge(
    {
      now,
      versions: versions.map((one): FoundVersion => {
        const [product = '', version = '', source = 'config'] = one.split(' ')
        return { product: product as Product, version, source }
      }),
      absent: [],
      missingFolder: undefined,
      ...changes,
    },
    options,
  )
const today = '2026-11-21T08:00:00Z'

describe('runtime-end-of-life', () => {
  const table = [
    ['long past its end', judge(today, ['node 18']), 'fail', 'runtime.ended'],
    ['on the day of its end', judge('2026-11-12T00:00:00Z', ['postgresql 14']), 'fail', 'runtime.ended'],
    ['a second before it', judge('2026-11-11T23:59:59Z', ['postgresql 14']), 'warn', 'runtime.ends-soon'],
    ['90 days before it', judge('2026-08-14T00:00:00Z', ['postgresql 14']), 'warn', 'runtime.ends-soon'],
    ['91 days before it', judge('2026-08-13T00:00:00Z', ['postgresql 14']), 'pass', 'runtime.supported'],
    ['in long-term support only', judge(today, ['debian 12']), 'warn', 'runtime.long-term-only'],
    [
      'near the end of its long-term support',
      judge('2026-08-01T00:00:00Z', ['debian 11']),
      'warn',
      'runtime.ends-soon',
    ],
    ['past its long-term support', judge(today, ['debian 11']), 'fail', 'runtime.ended'],
    ['supported', judge(today, ['node 24', 'python 3.13', 'ubuntu 24.04']), 'pass', 'runtime.supported'],
    ['not in the table', judge(today, ['node 24', 'node 99']), 'error', 'runtime.unknown-version'],
    ['not a version', judge(today, ['node latest']), 'error', 'runtime.unknown-version'],
    ['asked for and not found', judge(today, ['node 24'], { absent: ['python'] }), 'error', 'runtime.not-found'],
    ['in a folder that is not there', judge(today, ['node 24'], { missingFolder: '/x' }), 'error', 'runtime.no-folder'],
  ] as const
  for (const [what, verdict, status, code] of table) {
    it(`a version ${what} is ${status}`, () => {
      assert.equal(verdict.status, status)
      assert.equal(verdict.reason?.code, code)
    })
  }

  it('that found no version is no pass: it says that it saw nothing', () => {
    const verdict = judge(today, [])
    assert.equal(verdict.status === 'pass' && verdict.saw, 0)
  })

  it('does not believe a table of more than 400 days', () => {
    const days = (count: number): string => new Date(Date.parse(checkedOn) + count * 86_400_000).toISOString()
    assert.equal(judge(days(400), ['node 26']).status, 'pass')
    const old = judge(days(401), ['node 26'])
    assert.equal(old.status, 'error')
    assert.equal(old.reason?.code, 'runtime.old-table')
  })

  it('names product and version once, with every place that asks for it, and where to go', () => {
    const verdict = judge(today, ['node 18 .nvmrc', 'node 18 Dockerfile', 'debian 12 os', 'node 20 host'])
    assert.ok(verdict.status === 'fail')
    assert.deepEqual(
      verdict.findings?.map(({ subject, severity }) => [subject, severity]),
      [
        ['node 18', 'high'],
        ['debian 12', 'low'],
        ['node 20', 'high'],
      ],
    )
    assert.deepEqual(verdict.findings?.[0]?.title.params['sources'], ['.nvmrc', 'Dockerfile'])
    assert.deepEqual(verdict.remedy?.params, { product: 'node', to: '26' })
    assert.equal(verdict.covers, undefined)
  })

  it('says what has ended also where another version is not known, and then closes nothing of that product', () => {
    const verdict = judge(today, ['debian 11', 'node lts'], { absent: ['python'] })
    assert.ok(verdict.status === 'fail')
    assert.equal(verdict.saw, 1)
    assert.deepEqual(
      verdict.findings?.map(({ subject }) => subject),
      ['debian 11', 'node lts', 'python'],
    )
    assert.ok(verdict.covers?.includes('debian 10'))
    assert.ok(!verdict.covers?.some((subject) => /^(?:node|python)/.test(subject)))
  })

  it('gets no better with time', () => {
    const rank = { pass: 0, warn: 1, fail: 2, error: 3, skipped: 3 } as const
    const version = fc
      .constantFrom(...products)
      .chain((product) => fc.constantFrom(...Object.keys(endOfLife[product])).map((key) => `${product} ${key}`))
    const time = fc.integer({ min: Date.UTC(2015, 0), max: Date.parse(checkedOn) + 399 * 86_400_000 })
    fc.assert(
      fc.property(version, time, time, (one, a, b) => {
        const [earlier, later] = [Math.min(a, b), Math.max(a, b)].map((ms) => judge(new Date(ms).toISOString(), [one]))
        assert.ok(earlier !== undefined && later !== undefined && rank[earlier.status] <= rank[later.status])
      }),
    )
  })

  it('shows product, version, date and place in both languages', () => {
    const verdict = judge(today, ['node 18 .nvmrc'])
    const render = (locale: 'fr' | 'en'): string =>
      verdict.reason === undefined
        ? ''
        : createRenderer(messageMap(endOfLifeCheck.messages), createFormatter(locale)).render(verdict.reason)
    assert.equal(render('en'), 'Node.js 18 has had no security fixes since 30 Apr 2025 (.nvmrc)')
    assert.equal(render('fr'), 'Node.js 18 ne reçoit plus de correctifs de sécurité depuis le 30 avr. 2025 (.nvmrc)')
  })
})

describe('the table of end dates', () => {
  it('holds days that exist, the long-term end after the regular one', () => {
    for (const product of products) {
      for (const [version, { end, longTermEnd }] of Object.entries(endOfLife[product])) {
        for (const date of [end, longTermEnd ?? end]) assert.equal(new Date(date).toISOString().slice(0, 10), date)
        assert.ok(longTermEnd === undefined || longTermEnd > end, `${product} ${version}`)
      }
    }
  })

  it('knows the version behind every code name', () => {
    for (const [product, names] of Object.entries(codenames)) {
      for (const version of Object.values(names)) assert.ok(endOfLife[product as Product][version] !== undefined)
    }
  })
})

describe('runtime-end-of-life on real folders', () => {
  let directory = ''
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'vigie-runtime-'))
    await mkdir(join(directory, 'app'))
    await writeFile(join(directory, 'app', '.nvmrc'), 'v18.19.0\n')
    await writeFile(join(directory, 'app', 'Dockerfile'), 'FROM node:18-slim\nFROM python:3.9\n')
    await writeFile(join(directory, 'app', 'Dockerfile.dockerignore'), 'FROM node:16\n')
    await writeFile(join(directory, 'app', 'docker-compose.yml'), 'services:\n  db:\n    image: postgres:13\n')
    await mkdir(join(directory, 'bin', 'node_modules', '.bin'), { recursive: true })
    for (const file of ['bin/node', 'bin/node_modules/.bin/node']) {
      await writeFile(join(directory, file), '#!/bin/sh\necho v14.21.3\n')
      await chmod(join(directory, file), 0o755)
    }
  })
  after(() => rm(directory, { recursive: true }))

  async function look(componentOptions: Record<string, string>) {
    const ctx = testContext({ baseDir: directory })
    const sample = await endOfLifeCheck.probe(aComponent(runtimeOptions.parse(componentOptions)), options, ctx)
    await ctx.close()
    return { sample, verdict: endOfLifeCheck.judge({ ...sample, now: today }, options), evidence: ctx.evidence }
  }

  it('finds what the files of the application ask for, and what this host runs', async () => {
    const { sample, verdict, evidence } = await look({ path: 'app' })
    const inFolder = sample.versions.filter(({ source }) => !/^\/|--version$/.test(source))
    assert.deepEqual(
      inFolder.map(({ product, version, source }) => `${source}: ${product} ${version}`),
      ['.nvmrc: node 18', 'Dockerfile: node 18', 'Dockerfile: python 3.9', 'docker-compose.yml: postgresql 13'],
    )
    assert.ok(verdict.status === 'fail')
    for (const subject of ['node 18', 'python 3.9', 'postgresql 13']) {
      assert.ok(verdict.findings?.some((finding) => finding.subject === subject && finding.severity === 'high'))
    }
    assert.ok(evidence.some(({ what }) => what.endsWith('app')))
  })

  it('judges a version that is stated, and then looks for nothing', async () => {
    const { sample, evidence } = await look({ node: '18.2', postgresql: '15', path: 'not there' })
    assert.deepEqual(
      sample.versions.map(({ product, version }) => `${product} ${version}`),
      ['node 18', 'postgresql 15'],
    )
    assert.equal(evidence.length, 0)
  })

  it('looks for the products that are automatic only, beside those stated', async () => {
    const { sample } = await look({ postgresql: 'auto', node: '24', path: 'app' })
    assert.deepEqual(
      sample.versions.map(({ product, version }) => `${product} ${version}`),
      ['node 24', 'postgresql 13'],
    )
  })

  it('cannot tell of an automatic product that is nowhere, nor of a folder that is not there', async () => {
    const nowhere = await look({ postgresql: 'auto', path: 'bin' })
    assert.equal(nowhere.verdict.reason?.code, 'runtime.not-found')
    const missing = await look({ path: 'not there' })
    assert.equal(missing.verdict.reason?.code, 'runtime.no-folder')
  })

  it('asks the Node of the host, not the one that npm brought', async () => {
    const path = [join(directory, 'bin', 'node_modules', '.bin'), '', join(directory, 'bin'), '/usr/bin'].join(':')
    assert.equal(await programOnPath('node', path), join(directory, 'bin', 'node'))
    assert.equal(await programOnPath('node', join(directory, 'bin', 'node_modules', '.bin')), undefined)
  })
})
