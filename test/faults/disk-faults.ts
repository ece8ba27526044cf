import { setTimeout as delay } from 'node:timers/promises';
import type { TinyDisk } from '../e2e/tiny-disk.ts';
import type { Fault } from './fault.ts';
import type { ServerRole } from './victim-servers.ts';

/** How long a server may be out of order before a liveness probe has it started again. */
const LIVENESS_MS = 3_000;
const PROBE_EVERY_MS = 250;
const SETTLES_MS = 3_000;
/** A nats-server that hangs in its store does not end when it is asked to. */
const GRACE_MS = 10_000;

/** The server's disk is full, and then there is room again. A server that does not recover is started again, as a liveness probe would. */
const fill = (server: ServerRole): Fault => ({
  name: `fill disk of ${server}`,
  lastsMs: [3_000, 8_000],
  impossible: ({ disks }) => (disks[server] === undefined ? 'this account may not mount a small disk' : undefined),
  async strike({ world, busy }) {
    const disk = world.disks[server];
    if (disk === undefined || busy.has(server)) return undefined;
    await fillUp(disk);
    return {
      target: server,
      reach: server === 'nats' ? [{ kind: 'all-hands' }] : [],
      async heal() {
        await disk.empty();
        // A write that was under way may fail yet.
        await delay(SETTLES_MS);
        const { victim } = world.servers[server];
        const deadline = performance.now() + LIVENESS_MS;
        while (!(await world.servers[server].isServing())) {
          await delay(PROBE_EVERY_MS);
          if (performance.now() < deadline) continue;
          if (victim.pid !== undefined) await victim.end(victim.pid, GRACE_MS);
          return victim.up();
        }
      },
    };
  },
});

/** The server writes too meanwhile, so the last block may be gone before it is taken. */
async function fillUp(disk: TinyDisk): Promise<void> {
  await disk.fillUpTo(0).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOSPC') throw error;
  });
}

export const DISK_FAULTS: readonly Fault[] = [fill('nats'), fill('minio')];
