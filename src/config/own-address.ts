/** Where the daemon listens unless it is told otherwise, on loopback. */
export const defaultPort = 8470

/** What links and pings begin with, without a slash at its end: the public address, or where the daemon listens. */
export function ownAddress({ publicUrl }: { readonly publicUrl?: string | undefined }): string {
  return (publicUrl ?? `http://127.0.0.1:${defaultPort}`).replace(/\/+$/, '')
}
