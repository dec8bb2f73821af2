import { shippedKinds } from '../../catalog.ts'
import { loadSystem } from '../../config/load-system.ts'
import { ownAddress } from '../../config/own-address.ts'
import { VigieError } from '../../core/errors.ts'
import { message } from '../../core/message.ts'
import { heartbeatsOf } from '../../heartbeats/heartbeat.ts'
import { readKey } from '../../heartbeats/read-key.ts'
import { configFiles } from '../../wire.ts'

const noSuch = message<{ name: string; known: string }>('cli.wrap-no-heartbeat', {
  en: (p) => `no heartbeat is called ${p.name}; there are: ${p.known}`,
  fr: (p) => `aucun battement ne s'appelle ${p.name} ; il y a : ${p.known}`,
})
const notAnAddress = message('cli.wrap-not-an-address', {
  en: () => 'what was given is no address: write http://… or https://…',
  fr: () => "ce qui a été donné n'est pas une adresse : écrivez http://… ou https://…",
})
export const pingTargetTexts = [noSuch, notAnAddress]

/** The ping address of a heartbeat of the configs, or the one that was given. Throws when there is none. */
export async function pingTarget(
  asked: { readonly heartbeat: string } | { readonly url: string },
  where: { readonly cwd: string; readonly configs: readonly string[] },
): Promise<string> {
  if ('url' in asked) {
    if (!URL.canParse(asked.url) || !/^https?:$/.test(new URL(asked.url).protocol)) {
      throw new VigieError('usage', notAnAddress({}))
    }
    return asked.url
  }
  const systems = await Promise.all(configFiles(where).map((file) => loadSystem(file, shippedKinds)))
  const all = systems.flatMap((system) =>
    heartbeatsOf(system).map((heartbeat) => ({ heartbeat, address: ownAddress(system.settings) })),
  )
  const names = ({ heartbeat: { system, name } }: (typeof all)[number]): string[] => [name, `${system}/${name}`]
  const found = all.filter((one) => names(one).includes(asked.heartbeat))
  const [only, ...others] = found
  if (only === undefined || others.length > 0) {
    const known = (others.length > 0 ? found : all).map(({ heartbeat: { system, name } }) => `${system}/${name}`)
    throw new VigieError('unknown-heartbeat', noSuch({ name: asked.heartbeat, known: known.join(', ') }))
  }
  return `${only.address}/ping/${await readKey(only.heartbeat)}`
}
