import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Product } from './end-of-life.ts'
import {
  type AskedVersion,
  versionKey,
  versionOfImage,
  versionsInCompose,
  versionsInDockerfile,
  versionsInFile,
  versionsInOsRelease,
  versionsInPackage,
  versionsInToolVersions,
} from './versions.ts'

const shown = (found: readonly AskedVersion[]): readonly string[] =>
  found.map(({ product, version }) => `${product} ${version}`)

describe('the part of a version that its support goes by', () => {
  const table: readonly (readonly [product: Product, text: string, key: string | undefined])[] = [
    ['node', '20', '20'],
    ['node', 'v20.11.1', '20'],
    ['node', '20-alpine3.19', '20'],
    ['node', 'lts/hydrogen', '18'],
    ['node', 'jod-slim', '22'],
    ['node', 'lts/*', undefined],
    ['node', 'lts-alpine', undefined],
    ['node', 'alpine3.19', undefined],
    ['node', 'latest', undefined],
    ['python', '3.11.7-slim', '3.11'],
    ['python', '3.9', '3.9'],
    ['python', '3', undefined],
    ['python', 'slim', undefined],
    ['postgresql', '15.4', '15'],
    ['postgresql', '9.6.24', '9.6'],
    ['postgresql', 'pg16', '16'],
    ['postgresql', 'alpine', undefined],
    ['debian', '12', '12'],
    ['debian', 'bookworm-slim', '12'],
    ['debian', 'Bullseye-20240101', '11'],
    ['debian', 'sid', undefined],
    ['ubuntu', '22.04', '22.04'],
    ['ubuntu', 'jammy-20240101', '22.04'],
    ['ubuntu', '22', undefined],
    ['ubuntu', '', undefined],
  ]
  for (const [product, text, key] of table) {
    it(`of ${product} "${text}" is ${key ?? 'unknown'}`, () => assert.equal(versionKey(product, text), key))
  }
})

describe('the versions that a folder asks for', () => {
  it('stand in the names of images, whatever the registry, the tag and the digest', () => {
    const table = [
      ['node:20-slim', 'node 20'],
      ['docker.io/library/python:3.11', 'python 3.11'],
      ['localhost:5000/node:18@sha256:abc', 'node 18'],
      ['postgis/postgis:15-3.4', 'postgresql 15'],
      ['pgvector/pgvector:pg16', 'postgresql 16'],
      ['debian:bookworm', 'debian 12'],
      ['node', 'node latest'],
      ['localhost:5000/node', 'node latest'],
    ] as const
    for (const [image, expected] of table) {
      const found = versionOfImage(image)
      assert.deepEqual(found && shown([found]), [expected], image)
    }
    for (const image of ['nginx:1.25', 'scratch', 'my-node:20', '']) assert.equal(versionOfImage(image), undefined)
  })

  it('stand in the lines of a Dockerfile, with its arguments, without its own stages', () => {
    const text = `# syntax=docker/dockerfile:1
ARG NODE_VERSION=18.19
ARG REGISTRY="docker.io/library"
FROM --platform=linux/amd64 \${REGISTRY}/node:\${NODE_VERSION}-slim AS node
  from python:\${PY:-3.9} as Build
FROM build AS test
FROM node
ARG UNSET
FROM debian:$UNSET
RUN echo FROM ubuntu:16.04
`
    assert.deepEqual(shown(versionsInDockerfile(text)), ['node 18', 'python 3.9', 'debian $UNSET'])
  })

  it('stand at the images of a compose file', () => {
    const text = `services:
  db:
    image: "postgres:\${PG_VERSION:-13}-alpine" # the database
  old: { image: redis:7 }
  api:
    build: .
  web:
    image: node:\${NODE}
`
    assert.deepEqual(shown(versionsInCompose(text)), ['postgresql 13', `node \${NODE}`])
  })

  it('stand in version files', () => {
    assert.deepEqual(shown(versionsInFile('node', 'v20.11.1\n')), ['node 20'])
    assert.deepEqual(shown(versionsInFile('node', '# the old one\nlts/gallium\n')), ['node 16'])
    assert.deepEqual(shown(versionsInFile('python', '3.11.7\n3.9.1\nsystem\n')), ['python 3.11', 'python 3.9'])
    assert.deepEqual(shown(versionsInFile('python', 'pypy3.9-7.3\n')), ['python pypy3.9-7.3'])
    assert.deepEqual(shown(versionsInFile('node', '\n')), [])
  })

  it('stand in .tool-versions', () => {
    const text = 'nodejs 20.11.0 18.0.0\npython 3.9.1 # old\nruby 3.2\npostgres system\n\n'
    assert.deepEqual(shown(versionsInToolVersions(text)), ['node 20', 'python 3.9'])
  })

  it('stand in package.json only when it allows a single one', () => {
    const table = [
      ['20', ['node 20']],
      ['20.x', ['node 20']],
      ['^18.17.0', ['node 18']],
      ['~20.11', ['node 20']],
      ['>=20 <21', ['node 20']],
      ['>=18', []],
      ['18 || 20', []],
      ['>=18 <22', []],
      ['*', []],
    ] as const
    for (const [range, expected] of table) {
      const text = JSON.stringify({ name: 'x', engines: { npm: '9', node: range } }, null, 2)
      assert.deepEqual(shown(versionsInPackage(text)), expected, range)
    }
    assert.deepEqual(versionsInPackage('{"name":"x"}'), [])
  })
})

describe('the release of the host', () => {
  it('is Debian or Ubuntu by its number', () => {
    assert.deepEqual(shown(versionsInOsRelease('NAME="Debian"\nVERSION_ID="12"\nID=debian\n')), ['debian 12'])
    assert.deepEqual(shown(versionsInOsRelease('ID=ubuntu\nID_LIKE=debian\nVERSION_ID="22.04"\n')), ['ubuntu 22.04'])
  })

  it('without a number is named, so that it is not passed over', () => {
    const sid = 'PRETTY_NAME="Debian GNU/Linux forky/sid"\nVERSION_CODENAME=forky\nID=debian\n'
    assert.deepEqual(shown(versionsInOsRelease(sid)), ['debian forky'])
  })

  it('of another distribution is none of ours', () => {
    for (const text of [
      'ID=alpine\nVERSION_ID=3.19\n',
      'ID=linuxmint\nID_LIKE="ubuntu debian"\nVERSION_ID="21"\n',
      '',
    ]) {
      assert.deepEqual(versionsInOsRelease(text), [])
    }
  })
})
