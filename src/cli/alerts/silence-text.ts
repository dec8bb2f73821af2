import type { Text } from '../../core/message.ts'
import type { SilenceRow } from '../../store/watch-store.ts'
import { silenceLine } from './texts.ts'

export function silenceText({ id, system, matcher, reason, createdBy, endsAt }: SilenceRow): Text {
  const { component = '', rule = '' } = matcher
  return silenceLine({ id, system, component, rule, until: endsAt.toISOString(), by: createdBy, reason })
}
