import type { Reach } from './account-batches.ts';
import { choose, type Blow, type Fault, type Scene } from './fault.ts';
import type { Role, Victim } from './victim.ts';

const ROLES: readonly Role[] = ['detector', 'orchestrator', 'nats', 'minio', 'temporal'];
const WORKERS: ReadonlySet<Role> = new Set(['detector', 'orchestrator']);

/** Longer than the ack wait of 10 s. */
const STOPPED_MS = [11_500, 14_000] as const;

/** Only a detector holds batches, and only the broker holds what all detectors need to settle them. */
function reachOf(role: Role, pid: number): Reach[] {
  if (role === 'detector') return [{ kind: 'hands-of', pid }];
  return role === 'nats' ? [{ kind: 'all-hands' }] : [];
}

function aim(scene: Scene, role: Role): { victim: Victim; pid: number } | undefined {
  const victim = choose(
    scene,
    scene.world.victims.filter((one) => one.role === role && one.pid !== undefined),
  );
  return victim?.pid === undefined ? undefined : { victim, pid: victim.pid };
}

const kill = (role: Role): Fault => ({
  name: `kill ${role}`,
  async strike(scene) {
    const aimed = aim(scene, role);
    if (aimed === undefined) return undefined;
    const { victim, pid } = aimed;
    victim.signal('SIGKILL');
    return { target: victim.name, reach: reachOf(role, pid), heal: () => backAgain(victim, pid) };
  },
});

const stop = (role: Role): Fault => ({
  name: `stop ${role}`,
  lastsMs: STOPPED_MS,
  async strike(scene) {
    const aimed = aim(scene, role);
    if (aimed === undefined) return undefined;
    const { victim, pid } = aimed;
    victim.signal('SIGSTOP');
    return { target: victim.name, reach: reachOf(role, pid), heal: async () => victim.signal('SIGCONT') };
  },
});

/** Asked to end, a worker finishes what it has in hand and gives back the rest: nothing that it had may be done twice. */
const restart = (role: Role): Fault => ({
  name: `restart ${role}`,
  async strike(scene): Promise<Blow | undefined> {
    const aimed = aim(scene, role);
    if (aimed === undefined) return undefined;
    const { victim, pid } = aimed;
    const ended = victim.end(pid, GRACE_MS);
    return {
      target: victim.name,
      reach: role === 'nats' ? [{ kind: 'all-hands' }] : [],
      async heal() {
        const { code, signal } = await ended;
        if (WORKERS.has(role) && code !== 0)
          throw new Error(`${victim.name} was asked to end and ended with ${signal ?? `exit code ${code}`}`);
        await victim.up();
      },
    };
  },
});

/** What Kubernetes gives by default. */
const GRACE_MS = 30_000;

async function backAgain(victim: Victim, pid: number): Promise<void> {
  await victim.exitOf(pid);
  await victim.up();
}

export const PROCESS_FAULTS: readonly Fault[] = ROLES.flatMap((role) => [kill(role), stop(role), restart(role)]);
