/** The figures of steps that ended, dry runs left out, as series. */
export interface MeasurementStore {
  /** Oldest first. */
  series(key: {
    system: string
    step: string
    name: string
    since: Date
  }): Promise<readonly { at: Date; value: number }[]>
}
