import type { Held, Scored } from './journal.ts';
import type { Struck } from './strike-faults.ts';
import type { TrackedRun } from './tracked-run.ts';

export interface Recovery {
  /** From the moment (of what lasted: from its end) until the next score or the next step of any run; undefined where none came any more. */
  readonly recoveredMs: number | undefined;
  /** Until every batch that the one who died had in hand was scored; undefined where it had none. */
  readonly handsMs: number | undefined;
}

interface Seen {
  readonly scored: readonly Scored[];
  readonly held: readonly Held[];
  readonly runs: readonly TrackedRun[];
}

export function measureRecovery({ endedMs, struckMs, reach }: Struck, { scored, held, runs }: Seen): Recovery {
  const signs = [...scored.map(({ atMs }) => atMs), ...runs.flatMap(({ steps }) => steps.map(({ atMs }) => atMs))];
  const next = Math.min(...signs.filter((atMs) => atMs > endedMs));
  const pids = reach.flatMap((one) => (one.kind === 'hands-of' ? [one.pid] : []));
  const lost = held.filter((hand) => pids.includes(hand.pid) && hand.takenMs <= struckMs && hand.endedMs >= struckMs);
  const until = lost.map(({ key }) =>
    Math.min(...scored.filter((one) => one.key === key && one.atMs > struckMs).map(({ atMs }) => atMs)),
  );
  const last = Math.max(...until.filter(Number.isFinite));
  return {
    recoveredMs: Number.isFinite(next) ? next - endedMs : undefined,
    handsMs: Number.isFinite(last) ? last - struckMs : undefined,
  };
}
