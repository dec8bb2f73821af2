import type { BytePath } from './byte-path.ts'

/** One thing of a tree that a backup holds, as the walk sees it and as the archive says it. */
export interface TreeEntry {
  /** From the root; '' is the root itself. */
  readonly path: BytePath
  /** `hard-link`: a further name of a file that came before. */
  readonly type: 'file' | 'folder' | 'link' | 'hard-link'
  /** Of a file; 0 of others. */
  readonly bytes: number
  /** Permissions, without the type. */
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly mtimeNs: bigint
  /** What a link says; of a hard link the path of the file. '' for others. */
  readonly link: string
}
