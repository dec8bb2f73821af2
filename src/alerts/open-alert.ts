import type { Alert, AlertState } from '../core/alert.ts'
import type { Labels } from '../core/series.ts'
import { type AlertChange, endOf, newAlertId } from './alert-change.ts'
import type { Look } from './conditions/look.ts'
import type { Moment } from './moment.ts'
import { advance, type Progress, quiet, type Timing } from './progress.ts'

/** What an alert says beside its state. */
export type AlertFacts = Pick<Alert, 'system' | 'rule' | 'component' | 'severity'> & {
  readonly labels: Labels
  title(value: number, state: AlertState): Pick<Alert, 'title' | 'remedy'>
}

/** The alert of one key, from quiet to resolved and again. One is open at most. */
export class OpenAlert {
  readonly key: string
  readonly #facts: AlertFacts
  #progress: Progress = quiet
  alert: Alert | undefined

  constructor(key: string, facts: AlertFacts, open?: Alert) {
    this.key = key
    this.#facts = facts
    if (open === undefined) return
    this.alert = open
    // How long it had held is not known: `for` and `keep` begin again.
    this.#progress = { ...quiet, phase: open.state === 'firing' ? 'firing' : 'pending' }
  }

  get isFiring(): boolean {
    return this.#progress.phase === 'firing'
  }

  /** Writes down what others know of it: who acknowledged it, why nobody is told. */
  note(known: Partial<Pick<Alert, 'acknowledgedAt' | 'acknowledgedBy' | 'silencedBy'>>): void {
    if (this.alert !== undefined) this.alert = { ...this.alert, ...known }
  }

  advance(look: Look, now: Moment, timing: Timing): AlertChange | undefined {
    const { next, step } = advance(this.#progress, look, now.monoMs, timing)
    this.#progress = next
    if (step === 'began') return this.#begin(look, now, 'pending')
    if (step === 'fired') return this.#begin(look, now, 'firing')
    if (step !== undefined) return this.end(now)
    if (this.alert !== undefined && look.value !== undefined && look.value !== this.alert.value) {
      this.alert = { ...this.alert, value: look.value }
    }
    return undefined
  }

  /** Ends it, by its condition or because what it is about is gone. */
  end(now: Moment): AlertChange | undefined {
    const { alert } = this
    this.alert = undefined
    this.#progress = quiet
    return alert && endOf(alert, now)
  }

  #begin(look: Look, now: Moment, state: 'pending' | 'firing'): AlertChange {
    const { title: say, ...facts } = this.#facts
    const heldMs = look.since === undefined ? 0 : now.monoMs - look.since
    const started: Alert = this.alert ?? {
      ...facts,
      ...say(look.value ?? 0, state),
      id: newAlertId(),
      key: this.key,
      source: 'rule',
      state,
      value: look.value,
      startedAt: new Date(now.wallMs - heldMs),
      firedAt: undefined,
      resolvedAt: undefined,
      acknowledgedAt: undefined,
      acknowledgedBy: undefined,
      silencedBy: undefined,
    }
    const isFiring = state === 'firing'
    const alert: Alert = {
      ...started,
      ...say(look.value ?? started.value ?? 0, state),
      value: look.value ?? started.value,
      state,
      firedAt: isFiring ? new Date(Math.max(now.wallMs, started.startedAt.getTime())) : undefined,
    }
    this.alert = alert
    return { kind: state, alert }
  }
}
