import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { vigie } from '../support/cli.ts'
import { documents } from '../support/documents.ts'

const examples = documents.flatMap(({ file, text }) =>
  [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = ''], at) => ({
    title: `${file}, example ${at + 1}`,
    config: /^import /m.test(code) ? code : wrapped(code),
  })),
)

/** A part of a config stands alone in a document: the rest of one is put around it. */
function wrapped(part: string): string {
  const isComponent = /^\w+: [a-z]+\(/.test(part)
  return `import * as vigie from 'vigie'
const { ${['defineSystem', ...new Set(part.match(/\b[a-zA-Z]+(?=\()/g))].join(', ')} } = vigie
export default defineSystem({ name: 'Part',
  components: { api: vigie.http({ url: 'http://localhost:8000' }), machine: vigie.host(), ${isComponent ? part : ''} },
  ${isComponent ? '' : part} })`
}

describe('a config in a document', () => {
  for (const { title, config } of examples) {
    it(`loads as it stands there: ${title}`, async () => {
      const dir = mkdtempSync(join(tmpdir(), 'vigie-document-'))
      try {
        const file = join(dir, 'vigie.config.ts')
        writeFileSync(file, config)
        const { code, stderr } = await vigie(['config', 'explain', '--json', '--config', file, '--data', dir])
        assert.deepEqual([code, stderr], [0, ''])
      } finally {
        rmSync(dir, { recursive: true })
      }
    })
  }

  it('is tried wherever one stands', () => {
    assert.ok(examples.length >= 5)
  })
})
