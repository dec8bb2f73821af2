import { open } from 'node:fs/promises'
import { promisify } from 'node:util'
import { constants, zstdCompress } from 'node:zlib'

const compress = promisify(zstdCompress)
/** Four blocks of zstd: enough rows for its tables to settle. */
const lookBytes = 512 * 1024
const looks = 4
/** Above it a look would take longer than it is worth, and what is found is a tenth less. */
const highestLevel = 3

/** About what a file of so many bytes takes when it is compressed by itself, from some looks at it. */
export async function aloneBytes(file: string, bytes: number, level: number): Promise<number> {
  const params = { [constants.ZSTD_c_compressionLevel]: Math.min(level, highestLevel) }
  const place = Buffer.allocUnsafe(lookBytes)
  const handle = await open(file)
  try {
    let [seen, packed] = [0, 0]
    for (let look = 0; look < looks && seen < bytes; look++) {
      const position = Math.floor((bytes * look) / looks)
      const { bytesRead } = await handle.read(place, 0, lookBytes, position)
      seen += bytesRead
      packed += (await compress(place.subarray(0, bytesRead), { params })).length
    }
    return seen === 0 ? 0 : Math.round((bytes * packed) / seen)
  } finally {
    await handle.close()
  }
}
