import type { Held, Scored } from './journal.ts';

/** Whose work a fault may have undone. */
export type Reach =
  /** What this process had in hand: it died, or stood still for longer than its leases last. */
  | { readonly kind: 'hands-of'; readonly pid: number }
  /** What anybody had in hand: acks and leases were lost, or a score could not be stored. */
  | { readonly kind: 'all-hands' }
  /** What anybody had in hand of this run: its messages were purged on request. */
  | { readonly kind: 'hands-on-run'; readonly runId: string }
  /** These batches, whose messages or scores were destroyed. */
  | { readonly kind: 'batches'; readonly keys: ReadonlySet<string> };

export interface Outage {
  readonly fault: string;
  readonly fromMs: number;
  /** Infinite while it lasts. */
  readonly toMs: number;
  readonly reach: readonly Reach[];
}

export interface Recomputed {
  readonly key: string;
  readonly pid: number;
  readonly atMs: number;
  /** The fault that excuses it; undefined: nothing does. */
  readonly excuse: string | undefined;
}

/** What a line or a process that stood still had been given before is taken, and told of, only now. */
const AFTERMATH_MS = 1_000;

/** Every computation of a batch beyond its first. One outage excuses one of each batch that it reached, and none before it began. */
export function findRecomputed(
  { scored, held }: { readonly scored: readonly Scored[]; readonly held: readonly Held[] },
  outages: readonly Outage[],
): Recomputed[] {
  const ofBatches = new Map<string, Scored[]>();
  for (const one of scored) ofBatches.set(one.key, [...(ofBatches.get(one.key) ?? []), one]);
  return [...ofBatches].flatMap(([key, computed]) => {
    if (computed.length === 1) return [];
    const left = new Set(outages.filter((outage) => reaches(outage, key, held)));
    return computed
      .toSorted((a, b) => a.atMs - b.atMs)
      .slice(1)
      .map((again) => {
        const [outage] = [...left].filter(({ fromMs }) => fromMs <= again.atMs).toSorted((a, b) => b.fromMs - a.fromMs);
        if (outage !== undefined) left.delete(outage);
        return { ...again, excuse: outage?.fault };
      });
  });
}

const reaches = (outage: Outage, key: string, held: readonly Held[]): boolean =>
  outage.reach.some((reach) => {
    if (reach.kind === 'batches') return reach.keys.has(key);
    return held.some((hand) => hand.key === key && isWithin(hand, outage) && isReached(hand, reach));
  });

const isWithin = ({ takenMs, endedMs }: Held, { fromMs, toMs }: Outage): boolean =>
  takenMs <= toMs + AFTERMATH_MS && endedMs >= fromMs;

function isReached({ key, pid }: Held, reach: Exclude<Reach, { kind: 'batches' }>): boolean {
  switch (reach.kind) {
    case 'hands-of':
      return reach.pid === pid;
    case 'hands-on-run':
      return key.startsWith(`${reach.runId}/`);
    case 'all-hands':
      return true;
  }
}
