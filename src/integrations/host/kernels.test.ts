import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { newerKernel } from './kernels.ts'

type Expected = ReturnType<typeof newerKernel>
const table: readonly (readonly [title: string, running: string, installed: readonly string[], expected: Expected])[] =
  [
    ['the only one', '6.1.0-18-amd64', ['6.1.0-18-amd64'], 'same'],
    ['the newest', '6.1.0-18-amd64', ['6.1.0-9-amd64', '6.1.0-18-amd64'], 'same'],
    ['older', '6.1.0-9-amd64', ['6.1.0-9-amd64', '6.1.0-10-amd64'], { newest: '6.1.0-10-amd64' }],
    ['older, and removed', '6.1.0-9-amd64', ['6.1.0-10-amd64'], { newest: '6.1.0-10-amd64' }],
    ['of another flavour than a newer one', '6.1.0-9-amd64', ['6.1.0-9-amd64', '6.1.0-10-cloud-amd64'], 'same'],
    [
      'an older Ubuntu one',
      '5.15.0-91-generic',
      ['5.15.0-91-generic', '5.15.0-101-generic'],
      { newest: '5.15.0-101-generic' },
    ],
    ['a backport', '6.1.0-0.deb11.13-amd64', ['6.1.0-0.deb11.13-amd64', '5.10.0-28-amd64'], 'same'],
    [
      'an older Debian 13 one',
      '6.12.9+deb13-amd64',
      ['6.12.9+deb13-amd64', '6.12.48+deb13-amd64'],
      { newest: '6.12.48+deb13-amd64' },
    ],
    [
      'an older RHEL one beside a rescue image',
      '5.14.0-362.8.1.el9_3.x86_64',
      ['0-rescue-3f2a', '5.14.0-362.8.1.el9_3.x86_64', '5.14.0-427.13.1.el9_4.x86_64'],
      { newest: '5.14.0-427.13.1.el9_4.x86_64' },
    ],
    ['not from this /boot: a container', '6.18.44-fc-v657', [], undefined],
    ['not from this /boot: built elsewhere', '6.18.44-fc-v657', ['6.1.0-10-amd64'], undefined],
    ['newer than what is left', '6.1.0-18-amd64', ['6.1.0-10-amd64'], undefined],
  ]

describe('the running kernel', () => {
  for (const [title, running, installed, expected] of table) {
    it(`is ${title}`, () => assert.deepEqual(newerKernel(running, installed), expected))
  }

  it('is never called older than itself, whatever the order of the others', () => {
    const kernel = fc.tuple(fc.nat(9), fc.nat(30), fc.nat(30)).map(([a, b, c]) => `${a}.${b}.0-${c}-amd64`)
    fc.assert(
      fc.property(fc.array(kernel, { minLength: 1 }), (installed) => {
        const results = installed.map((running) => newerKernel(running, installed))
        assert.equal(new Set(results.flatMap((one) => (typeof one === 'object' ? [one.newest] : []))).size <= 1, true)
        assert.ok(results.includes('same'))
      }),
    )
  })
})
