import { pipeline, Readable } from 'node:stream'
import { constants, createZstdCompress, createZstdDecompress } from 'node:zlib'
import type { StepContext } from '../../core/context.ts'
import { throughProgram } from './through-program.ts'
import type { ZstdProgram } from './zstd-program.ts'

/** More threads are given to nobody who looks after an application on the same machine. */
const threads = 2
const pieceBytes = 128 * 1024
/** Unpacked while whoever reads has other work: an option of its stream, which Node passes on. */
const aheadBytes = 256 * 1024

/**
 * The stream as one frame of zstd with its checksum: by the program, which has threads, or by Node, where threads would give
 * frames that are cut (26.10, `ZSTD_c_nbWorkers`).
 */
export function compressed(
  ctx: StepContext,
  pieces: AsyncIterable<Uint8Array>,
  { level, zstd }: { readonly level: number; readonly zstd: ZstdProgram | undefined },
): AsyncIterable<Uint8Array> {
  if (zstd !== undefined) {
    const argv = [...zstd.argv, '-q', `-${level}`, `-T${threads}`, '--check', '-c', '-'] as const
    return throughProgram(ctx, { name: 'zstd', argv, input: pieces })
  }
  const { ZSTD_c_compressionLevel, ZSTD_c_checksumFlag } = constants
  const params = { [ZSTD_c_compressionLevel]: level, [ZSTD_c_checksumFlag]: 1 }
  return through(pieces, createZstdCompress({ params, chunkSize: pieceBytes }))
}

/** Throws what `pieces` throws, and an error of Node's when they are no frame of zstd, or more memory is asked than 128 MB. */
export function decompressed(pieces: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const options = { chunkSize: pieceBytes, readableHighWaterMark: aheadBytes }
  return through(pieces, createZstdDecompress(options))
}

function through(
  pieces: AsyncIterable<Uint8Array>,
  middle: ReturnType<typeof createZstdCompress> | ReturnType<typeof createZstdDecompress>,
): AsyncIterable<Uint8Array> {
  // What goes wrong is thrown to whoever reads.
  pipeline(Readable.from(pieces), middle, () => undefined)
  return middle
}
