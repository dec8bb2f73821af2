import { expressionMessages } from './alerts/expression/messages.ts'
import { apiMessages } from './api/messages.ts'
import { channelConfigMessages } from './config/build-channels.ts'
import { componentMessages } from './config/build-components.ts'
import { routineMessages } from './config/build-routines.ts'
import { usesMessages } from './config/build-uses.ts'
import { windowMessages } from './config/build-windows.ts'
import { loadMessages } from './config/load-system.ts'
import { problemMessages } from './config/problem.ts'
import { readMessages } from './config/read-config.ts'
import type { AnyChannelKind } from './core/channel.ts'
import type { AnyComponentKind } from './core/component.ts'
import { type AnyMessage, messageMap } from './core/message.ts'
import { engineMessages } from './engine/messages.ts'
import { heartbeatMessages } from './heartbeats/messages.ts'
import { channelMessages } from './notify/channels/messages.ts'
import { refusalMessages } from './notify/channels/refusals.ts'
import { notifyMessages } from './notify/messages.ts'
import { storeMessages } from './store/messages.ts'
import { wireMessages } from './wire-messages.ts'

/** The texts of channel kinds; those that come with Vigie are among its own already. */
export function textsOfChannels(kinds: readonly AnyChannelKind[]): readonly AnyMessage[] {
  return kinds.flatMap(({ summary, messages }) => [summary, ...messages])
}

/** Every text of the program: its own, those of the kinds, and those of the entry point that asks. */
export function allMessages(
  kinds: readonly AnyComponentKind[],
  more: readonly AnyMessage[] = [],
): ReadonlyMap<string, AnyMessage> {
  const ofKinds = kinds.flatMap(({ summary, messages = [], checks, tasks, collectors = [] }) => [
    summary,
    ...messages,
    ...[...checks, ...tasks, ...collectors].flatMap((kind) => [kind.summary, ...kind.messages]),
  ])
  return messageMap([
    ...problemMessages,
    ...expressionMessages,
    ...componentMessages,
    ...channelConfigMessages,
    ...routineMessages,
    ...usesMessages,
    ...windowMessages,
    ...readMessages,
    ...loadMessages,
    ...engineMessages,
    ...heartbeatMessages,
    ...apiMessages,
    ...storeMessages,
    ...notifyMessages,
    ...channelMessages,
    ...refusalMessages,
    ...wireMessages,
    ...more,
    ...ofKinds,
  ])
}
