import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';

export interface RegistryOptions {
  readonly role: string;
  readonly version: string;
  /** Whether anybody will look: what Node says of itself is measured all the time. */
  readonly served: boolean;
}

/** The metrics of one process: what Node says of itself, and which program it is. */
export function createRegistry({ role, version, served }: RegistryOptions): Registry {
  const registry = new Registry();
  if (served) collectDefaultMetrics({ register: registry });
  const build = new Gauge({
    name: 'h2g_build_info',
    help: 'Always 1; which program this process is.',
    labelNames: ['role', 'version'],
    registers: [registry],
  });
  build.set({ role, version }, 1);
  return registry;
}
