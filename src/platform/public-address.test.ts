import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isPublicAddress } from './public-address.ts'

const internal = [
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '127.0.0.1',
  '127.255.255.254',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.2.1',
  '192.168.1.1',
  '198.18.0.1',
  '203.0.113.9',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::ffff:127.0.0.1',
  '::ffff:8.8.8.8',
  '::127.0.0.1',
  '64:ff9b::7f00:1',
  'fc00::1',
  'fd12:3456::1',
  'fe80::1',
  'fec0::1',
  'ff02::1',
  '2001:db8::1',
  '2001::1',
  '2002:7f00:1::',
  '100::1',
  '3fff::1',
  'not an address',
  '',
]
const outside = [
  '1.1.1.1',
  '9.255.255.255',
  '172.32.0.1',
  '193.0.0.1',
  '223.255.255.255',
  '2606:4700::1111',
  '2a00:1450::1',
]

describe('an address of the internet at large', () => {
  for (const address of outside) it(`is ${address}`, () => assert.equal(isPublicAddress(address), true))
  for (const address of internal) it(`is not ${address}`, () => assert.equal(isPublicAddress(address), false))
})
