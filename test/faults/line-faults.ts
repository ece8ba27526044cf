import type { Reach } from './account-batches.ts';
import { choose, type Fault } from './fault.ts';
import type { LineManners } from './proxy.ts';
import type { ServerRole } from './victim-servers.ts';
import { SERVER_ROLES } from './victim-servers.ts';

const BAD: readonly {
  name: string;
  manners: Partial<LineManners>;
  lastsMs: readonly [number, number];
  loses: boolean;
}[] = [
  { name: 'cut', manners: { cut: true }, lastsMs: [500, 8_000], loses: true },
  // Shorter and longer than the 4.4 s after which a client of NATS gives its line up.
  { name: 'hang', manners: { hung: true }, lastsMs: [2_000, 8_000], loses: true },
  { name: 'delay', manners: { delayMs: 200 }, lastsMs: [4_000, 8_000], loses: false },
  { name: 'throttle', manners: { bytesPerSecond: 100_000 }, lastsMs: [4_000, 8_000], loses: false },
];

/** The line of one kind of worker to one server; the other's stays good. */
const worsen = (server: ServerRole, { name, manners, lastsMs, loses }: (typeof BAD)[number]): Fault => ({
  name: `${name} line to ${server}`,
  lastsMs,
  async strike(scene) {
    const lines = scene.world.lines.filter((line) => line.server === server).map((line) => ({ ...line, name: server }));
    const chosen = choose(
      scene,
      lines.filter(({ users }) => server !== 'temporal' || users === 'orchestrator'),
    );
    if (chosen === undefined) return undefined;
    const { line, users } = chosen;
    line.worsen(manners);
    const reach: Reach[] = loses && server === 'nats' && users === 'detector' ? [{ kind: 'all-hands' }] : [];
    return { target: server, reach, heal: async () => line.mend() };
  },
});

export const LINE_FAULTS: readonly Fault[] = SERVER_ROLES.flatMap((server) =>
  BAD.map((manners) => worsen(server, manners)),
);
