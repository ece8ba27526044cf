import { alignColumns } from '../../../apps/cli/align-columns.ts';
import { quantile } from '../day/quantile.ts';
import { median } from '../median.ts';
import type { Latencies } from './try-latencies.ts';

const ROWS: Readonly<Record<keyof Latencies, string>> = {
  statStart: 'STAT: from the request to its first batch in work',
  statBatch: 'STAT: from its dispatch to its first batch in work',
  pause: 'pause: from the request to the last batch started',
  pauseAnswer: 'pause: until it is confirmed',
  cancel: 'cancel: from the request to the last batch started',
  cancelAnswer: 'cancel: until it is accepted',
};

export interface LatencyFigure {
  readonly name: string;
  readonly median: number;
  readonly p95: number;
  readonly worst: number;
}

/** In milliseconds. */
export const latencyFigures = (tries: readonly Latencies[]): LatencyFigure[] =>
  Object.entries(ROWS).map(([key, name]) => {
    const values = tries.map((each) => each[key as keyof Latencies]);
    return { name, median: median(values), p95: quantile(values, 0.95), worst: Math.max(...values) };
  });

export const latencyTable = (figures: readonly LatencyFigure[]): string =>
  alignColumns([
    ['milliseconds', 'median', 'p95', 'worst'],
    ...figures.map(({ name, ...values }) => [
      name,
      ...[values.median, values.p95, values.worst].map((value) => value.toFixed(0)),
    ]),
  ]).join('\n');
