import { alignColumns } from '../../apps/cli/align-columns.ts';
import type { Figure } from './figure.ts';
import { median } from './median.ts';

/** Median, smallest and largest of every figure, with what was promised. */
export function formatTable(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.name,
    ...[median(figure.values), Math.min(...figure.values), Math.max(...figure.values)].map(number),
    figure.unit,
    promiseOf(figure),
  ]);
  return alignColumns([['', 'median', 'least', 'most', 'unit', 'promised'], ...rows]).join('\n');
}

const number = (value: number): string => (Number.isFinite(value) ? value.toPrecision(3) : '-');

function isKept({ values, promised }: Figure): boolean {
  if (promised === undefined) return true;
  return 'atLeast' in promised ? median(values) >= promised.atLeast : median(values) <= promised.atMost;
}

function promiseOf(figure: Figure): string {
  const { promised } = figure;
  if (promised === undefined) return '';
  if (figure.values.length === 0) return 'not measured: the machine was busy';
  const text = 'atLeast' in promised ? `at least ${promised.atLeast}` : `at most ${promised.atMost}`;
  return `${text}: ${isKept(figure) ? 'kept' : 'NOT KEPT'}`;
}
