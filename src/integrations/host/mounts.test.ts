import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseMounts } from '../../platform/mount-table.ts'
import { realMounts } from './mounts.ts'

// In the form of captured texts of a Debian host, a container and a laptop.
const host = `22 27 0:21 / /proc rw,relatime - proc proc rw
25 27 0:6 / /dev rw,relatime - devtmpfs devtmpfs rw,size=12334492k
27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda1 rw,discard
30 27 254:16 / /var/lib/postgresql rw,relatime shared:9 - xfs /dev/vdb rw
31 27 254:0 /srv/app /home/app/current rw,relatime - ext4 /dev/vda1 rw
32 27 0:44 / /mnt/my\\040share\\134x rw,relatime - nfs4 10.0.0.5:/export rw,vers=4.2
33 27 7:1 / /snap/core/1 ro,nodev - squashfs /dev/loop1 ro
34 27 0:50 / /run/user/1000/doc rw - fuse.portal portal rw
35 27 0:51 / /tmp rw - tmpfs tmpfs rw
`
const container = `901 650 0:68 / / rw,relatime - overlay overlay rw,lowerdir=/a:/b,upperdir=/c
902 901 0:71 / /proc rw - proc proc rw
903 901 254:1 /docker/containers/x/hostname /etc/hostname rw,relatime - ext4 /dev/vda1 rw
904 901 254:1 /docker/containers/x/hosts /etc/hosts rw,relatime - ext4 /dev/vda1 rw
905 901 254:1 /docker/volumes/data/_data /data rw,relatime - ext4 /dev/vda1 rw
`
const points = (text: string, options?: Parameters<typeof realMounts>[1]): readonly string[] =>
  realMounts(parseMounts(text), options).map(({ mountPoint }) => mountPoint)

describe('the mounts of a host', () => {
  it('that can fill up are looked at, each device once, where it is nearest to the root', () => {
    assert.deepEqual(points(host), ['/', '/mnt/my share\\x', '/var/lib/postgresql'])
  })

  it('in a container are its root, though it is an overlay, and its volumes', () => {
    assert.deepEqual(points(container), ['/', '/data'])
  })

  it('that are named are looked at whatever their type, beside the others', () => {
    assert.deepEqual(points(host, { also: ['/tmp', '/home/app/current'] }), [
      '/',
      '/home/app/current',
      '/mnt/my share\\x',
      '/tmp',
      '/var/lib/postgresql',
    ])
  })

  it('that are to be ignored are left out, and their device is looked at where else it is mounted', () => {
    assert.deepEqual(points(host, { ignore: ['/mnt/my share\\x', '/'] }), ['/home/app/current', '/var/lib/postgresql'])
  })

  it('hidden by a later mount on the same point are not there', () => {
    const hidden = `${host}40 30 0:60 / /var/lib/postgresql rw - tmpfs tmpfs rw\n`
    assert.deepEqual(points(hidden), ['/', '/mnt/my share\\x'])
    const remounted = `1 1 0:2 / / rw - rootfs rootfs rw\n${host}`
    assert.equal(parseMounts(remounted).find(({ mountPoint }) => mountPoint === '/')?.type, 'ext4')
  })

  it('of a text that says nothing are none', () => {
    for (const text of ['', '\n', 'nonsense', '27 1 254:0 / / rw']) assert.deepEqual(points(text), [])
  })
})
