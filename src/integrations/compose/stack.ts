import type { ContainersAbility } from '../../core/containers.ts'
import type { StepContext } from '../../core/context.ts'
import { VigieError } from '../../core/errors.ts'
import { message } from '../../core/message.ts'
import { actOnContainer, type ContainerAct } from '../../platform/docker/act-on-container.ts'
import { type Container, isRunning, listContainers, seenOf } from '../../platform/docker/containers.ts'
import { dockerEngine, type Engine } from '../../platform/docker/engine.ts'
import { execIn } from '../../platform/docker/exec.ts'
import { waitHealthy } from '../../platform/docker/healthy.ts'
import type { ComposeOptions } from './options.ts'
import { projectName } from './project-name.ts'

const projectLabel = 'com.docker.compose.project'
const oneOffLabel = 'com.docker.compose.oneoff'
/** A container that is told to stop gets so long; compose itself gives ten seconds and kills then. */
const stopWithinMs = 60_000

const noService = message<{ service: string; project: string; known: readonly string[] }>('compose.no-service', {
  en: (p, f) =>
    p.known.length === 0
      ? `The compose project ${p.project} has no container.`
      : `The compose project ${p.project} has no container of the service ${p.service}; it has ${f.list(p.known)}.`,
  fr: (p, f) =>
    p.known.length === 0
      ? `Le projet compose ${p.project} n'a aucun conteneur.`
      : `Le projet compose ${p.project} n'a aucun conteneur du service ${p.service} ; il a ${f.list(p.known)}.`,
})
const noServiceHint = message('compose.no-service-hint', {
  en: () => 'Look at `docker compose ls`, name the project with "project", and start it: docker compose up -d',
  fr: () => 'Voyez `docker compose ls`, indiquez le projet par « project » et démarrez-le : docker compose up -d',
})
const notRunning = message<{ service: string; project: string }>('compose.not-running', {
  en: (p) => `No container of the service ${p.service} of ${p.project} runs.`,
  fr: (p) => `Aucun conteneur du service ${p.service} de ${p.project} n'est en marche.`,
})
export const stackTexts = [noService, noServiceHint, notRunning]

/** The containers of a stack, as the engine and their labels tell of them. */
export function stackContainers(options: ComposeOptions): ContainersAbility {
  const open = async (ctx: StepContext): Promise<{ engine: Engine; project: string; all: readonly Container[] }> => {
    const engine = dockerEngine(options.host)
    const project = await projectName(options, ctx.baseDir)
    const found = await listContainers(engine, { label: [`${projectLabel}=${project}`] }, ctx.signal)
    // What `docker compose run` started is no part of the stack.
    return { engine, project, all: found.filter(({ labels }) => labels[oneOffLabel]?.toLowerCase() !== 'true') }
  }
  const of = async (ctx: StepContext, service: string) => {
    const { engine, project, all } = await open(ctx)
    const containers = all.filter((one) => one.service === service)
    const known = [...new Set(all.flatMap((one) => one.service ?? []))]
    if (containers.length === 0)
      throw new VigieError('action-refused', noService({ service, project, known }), { hint: noServiceHint({}) })
    return { engine, project, containers }
  }
  return {
    list: async (ctx) => (await open(ctx)).all.map(seenOf),
    act: async (ctx, service, act) => {
      const { engine, containers } = await of(ctx, service)
      for (const one of containers) {
        if (!isSo(one, act)) await actOnContainer(engine, one.id, act, { stopWithinMs, signal: ctx.signal })
      }
      return (await of(ctx, service)).containers.map(seenOf)
    },
    waitHealthy: async (ctx, service, limitMs) => {
      const { engine, containers } = await of(ctx, service)
      const ids = containers.map(({ id }) => id)
      await waitHealthy(engine, ids, { limitMs, signal: ctx.signal })
    },
    exec: async (ctx, service, command) => {
      const { engine, project, containers } = await of(ctx, service)
      const running = containers.find(({ state }) => state === 'running')
      if (running === undefined) throw new VigieError('action-refused', notRunning({ service, project }))
      return execIn(engine, running.id, command, ctx.signal)
    },
  }
}

function isSo(container: Container, act: ContainerAct): boolean {
  if (act === 'stop') return !isRunning(container) && container.state !== 'paused'
  if (act === 'start') return isRunning(container)
  return (container.state === 'paused') === (act === 'pause')
}
