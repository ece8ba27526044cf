import { median } from '../bench/median.ts';
import type { KillReport } from './kill-everything.ts';
import type { SeedReport, StruckFault } from './run-seed.ts';
import type { Sample } from './sample-world.ts';

/** What is known of one kind of fault; times in milliseconds, undefined where there was nothing to measure. */
export interface KindOfFault {
  readonly fault: string;
  readonly times: number;
  readonly medianMs: number | undefined;
  readonly worstMs: number | undefined;
  /** At worst, until all that a dead one had in hand was scored. */
  readonly handsMs: number | undefined;
  readonly recomputed: number;
}

export function byKind(reports: readonly Pick<SeedReport, 'faults'>[]): KindOfFault[] {
  const kinds = new Map<string, StruckFault[]>();
  for (const one of reports.flatMap(({ faults }) => faults))
    kinds.set(one.fault, [...(kinds.get(one.fault) ?? []), one]);
  return [...kinds]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([fault, struck]) => {
      const recovered = struck.flatMap(({ recoveredMs }) => recoveredMs ?? []);
      const hands = struck.flatMap(({ handsMs }) => handsMs ?? []);
      return {
        fault,
        times: struck.length,
        medianMs: recovered.length === 0 ? undefined : median(recovered),
        worstMs: recovered.length === 0 ? undefined : Math.max(...recovered),
        handsMs: hands.length === 0 ? undefined : Math.max(...hands),
        recomputed: struck.reduce((sum, { recomputed }) => sum + recomputed, 0),
      };
    });
}

/** Recovery is until the next score or step of any run; hands, until all that a dead detector had in hand was scored. */
export function formatKinds(kinds: readonly KindOfFault[]): string {
  const rows = kinds.map(({ fault, times, medianMs, worstMs, handsMs, recomputed }) => [
    fault,
    String(times),
    ...[medianMs, worstMs, handsMs].map(inSeconds),
    String(recomputed),
  ]);
  return formatRows([['fault', 'times', 'median s', 'worst s', 'hands s', 'recomputed'], ...rows]);
}

const inSeconds = (ms: number | undefined): string => (ms === undefined ? '-' : (ms / 1_000).toFixed(2));

/** The first column to the left, the others to the right. */
function formatRows(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const pad = (text: string, i: number): string =>
    i === 0 ? text.padEnd(widths[i] ?? 0) : text.padStart(widths[i] ?? 0);
  return rows.map((row) => row.map(pad).join('  ')).join('\n');
}

export function formatSeed(report: SeedReport): string {
  const { seed, seconds, batches, recomputed, faults, askedAgain, problems } = report;
  const excused = recomputed.filter(({ excuse }) => excuse !== undefined).length;
  return [
    `seed ${seed}: ${problems.length === 0 ? 'whole' : 'BROKEN'} after ${seconds.toFixed(0)} s, ${faults.length} faults; ${batches} batches, ${excused} computed once more with an excuse`,
    ...(askedAgain[0] === undefined
      ? []
      : [`  asked for again ${askedAgain.length} times, first after ${askedAgain[0]}`]),
    ...problems.map((problem) => `  ${problem}`),
  ].join('\n');
}

export function formatKill({
  killedAfterMs,
  processes,
  stored,
  computedAfter,
  againSeconds,
  problems,
}: KillReport): string {
  const facts = `after ${inSeconds(killedAfterMs)} s ${processes} processes killed, ${stored} batches stored; the same command took ${againSeconds.toFixed(1)} s and computed ${computedAfter}`;
  return [`${problems.length === 0 ? 'whole' : 'BROKEN'}: ${facts}`, ...problems.map((problem) => `  ${problem}`)].join(
    '\n',
  );
}

/** The first, the middle and the last sample side by side: what grows shows. */
export function formatSamples(samples: readonly Sample[]): string {
  const [first, middle, last] = [samples[0], samples[Math.floor(samples.length / 2)], samples.at(-1)];
  if (first === undefined || middle === undefined || last === undefined) return 'no round was ended';
  const row = (what: 'memoryMb' | 'diskMb', name: string): string[] => [
    `${name}, ${what === 'memoryMb' ? 'memory' : 'disk'} MB`,
    ...[first, middle, last].map((sample) => String(sample[what][name] ?? '-')),
  ];
  const rows = (['memoryMb', 'diskMb'] as const).flatMap((what) =>
    Object.keys(last[what]).map((name) => row(what, name)),
  );
  return formatRows([['', 'first', 'middle', 'last'], ...rows]);
}
