import { alertMessages } from '../alerts/messages.ts'
import { canaryRoundTexts } from './canary-round.ts'
import { checkAlertTexts } from './check-alerts.ts'
import { collectorAlertTexts } from './collector-alerts.ts'
import { deadmanTexts } from './deadman.ts'
import { directNoticeTexts } from './direct-notice.ts'
import { fromAlertmanagerTexts } from './from-alertmanager.ts'
import { healthTexts } from './health.ts'
import { heartbeatAlertTexts } from './heartbeat-alerts.ts'
import { memoryBudgetTexts } from './memory-budget.ts'
import { overflowRoundTexts } from './overflow-round.ts'
import { routineRoundTexts } from './routine-round.ts'
import { watchOneTexts } from './watch-one.ts'
import { watchedSystemTexts } from './watched-system.ts'

/** What the watch can say. */
export const watchTexts = [
  ...alertMessages,
  ...canaryRoundTexts,
  ...checkAlertTexts,
  ...collectorAlertTexts,
  ...deadmanTexts,
  ...directNoticeTexts,
  ...fromAlertmanagerTexts,
  ...healthTexts,
  ...heartbeatAlertTexts,
  ...memoryBudgetTexts,
  ...overflowRoundTexts,
  ...routineRoundTexts,
  ...watchedSystemTexts,
  ...watchOneTexts,
]
