// The machine that the demo happens to run on: what is found here is true, and nobody planted it.
import { defineSystem, host, runtime } from 'vigie'

export default defineSystem({
  name: 'This machine',
  components: { host: host(), runtimes: runtime() },
})
