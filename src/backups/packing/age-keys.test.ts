import assert from 'node:assert/strict'
import test from 'node:test'
import { readIdentities, readRecipients, recipientSchema } from './age-keys.ts'

const native = 'age1qyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqs3290gq'
const ssh = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl'

test('keys of age and of SSH are recipients, without what people write behind them; nothing else is', () => {
  assert.deepEqual(readRecipients([` ${native}\n`, `${ssh} me@home's laptop`]), [native, ssh])
  for (const wrong of [
    '',
    native.slice(1),
    `${native}q`,
    native.toUpperCase(),
    '--help',
    `${ssh}\n-x`,
    'ssh-dss AAAA',
  ]) {
    assert.equal(recipientSchema.safeParse(wrong).success, false, wrong)
    assert.throws(() => readRecipients([wrong]), { code: 'usage' })
  }
})

test('private keys are found in the file that age-keygen writes, with its comments', () => {
  const key = `AGE-SECRET-KEY-1${'Q'.repeat(58)}`
  const pem = '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n'
  assert.deepEqual(readIdentities([`# created: today\r\n# public key: ${native}\r\n${key}\r\n`, pem]), {
    native: [key],
    ssh: [pem],
  })
})
