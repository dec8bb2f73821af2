import { readyRuleMessages } from './catalog.ts'
import { expressionMessages } from './expression/messages.ts'
import { titleMessages } from './titles.ts'

export const alertMessages = [...expressionMessages, ...titleMessages, ...readyRuleMessages]
