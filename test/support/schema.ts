import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'

/** Asserts that a `--json` output fits its published schema. */
export function assertFits(name: string, output: unknown): void {
  const ajv = new Ajv2020({ strict: false })
  addFormats.default(ajv)
  const schema = JSON.parse(
    readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'reference', 'json', `${name}.schema.json`), 'utf8'),
  )
  const fits = ajv.validate(schema, output)
  assert.ok(fits, `${name}: ${JSON.stringify(ajv.errors?.slice(0, 3))}`)
}
