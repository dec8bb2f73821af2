import { expressionMessages } from '../alerts/expression/messages.ts'
import { titleMessages } from '../alerts/titles.ts'
import { checkAlertTexts } from './check-alerts.ts'
import { deadmanTexts } from './deadman.ts'
import { healthTexts } from './health.ts'
import { heartbeatAlertTexts } from './heartbeat-alerts.ts'
import { routineRoundTexts } from './routine-round.ts'
import { watchedSystemTexts } from './watched-system.ts'

/** What the watch can say. */
export const watchTexts = [
  ...expressionMessages,
  ...titleMessages,
  ...checkAlertTexts,
  ...deadmanTexts,
  ...healthTexts,
  ...heartbeatAlertTexts,
  ...routineRoundTexts,
  ...watchedSystemTexts,
]
