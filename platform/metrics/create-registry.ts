import { totalmem } from 'node:os';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';

export interface RegistryOptions {
  readonly role: string;
  readonly version: string;
  /** Whether anybody will look: what Node says of itself is measured all the time. */
  readonly served: boolean;
}

/** Gauges that prom-client calls as if they were counters, so that `promtool check metrics` refuses the page; their sums by type say the same. */
const MISNAMED = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

/** The metrics of one process: what Node says of itself, which program it is, and how much memory it may take. */
export function createRegistry({ role, version, served }: RegistryOptions): Registry {
  const registry = new Registry();
  if (served) collectDefaultMetrics({ register: registry });
  for (const name of MISNAMED) registry.removeSingleMetric(name);
  const build = new Gauge({
    name: 'h2g_build_info',
    help: 'Always 1; which program this process is.',
    labelNames: ['role', 'version'],
    registers: [registry],
  });
  build.set({ role, version }, 1);
  const memory = new Gauge({
    name: 'h2g_memory_limit_bytes',
    help: 'Memory that this process may take: the limit of its container, else all that the machine has.',
    registers: [registry],
  });
  memory.set(memoryLimitBytes());
  return registry;
}

/** Without a limit Node says 0, nothing, or more than any machine has. */
function memoryLimitBytes(): number {
  const limit = process.constrainedMemory() ?? 0;
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}
