import { Gauge, type Registry } from 'prom-client';

export interface ShownReadiness {
  readonly role: string;
  /** All that this process needs before it can work. */
  readonly needs: readonly string[];
  /** What of it is not there now. */
  readonly missing: () => readonly string[];
}

/** What `/readyz` says, for those who count: by what a worker waits for, whether it does. */
export function showReadiness(registry: Registry, { role, needs, missing }: ShownReadiness): void {
  new Gauge({
    name: 'h2g_waits_for',
    help: 'Whether this worker waits for something that it needs before it can work: 1 or 0.',
    labelNames: ['role', 'need'],
    registers: [registry],
    collect() {
      const waited = new Set(missing());
      for (const need of needs) this.set({ role, need }, waited.has(need) ? 1 : 0);
    },
  });
}
