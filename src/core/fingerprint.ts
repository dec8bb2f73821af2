import { sha256 } from './hash.ts'

/** The name of a finding that stays the same from run to run: kind + component + subject. 16 hexadecimal digits. */
export function fingerprint(kind: string, component: string, subject: string): string {
  return sha256([kind, component, subject]).slice(0, 16)
}
