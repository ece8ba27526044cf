import { alignColumns } from '../../../apps/cli/align-columns.ts';
import type { DayFigures } from './day-figures.ts';
import { KINDS } from './day-stack.ts';

const AIM_SLIDES_A_DAY = 200_000;
const MOST_EVENTS = 100;

/** The day for people to read. */
export function dayTable(figures: DayFigures): string {
  return [summary(figures), shares(figures), stages(figures), trends(figures)].join('\n\n');
}

const verdict = (kept: boolean): string => (kept ? 'kept' : 'NOT KEPT');

function summary({ slides, cells, seconds, slidesAnHour, outcomes, slidesADay, historyEvents, leftOver }: DayFigures) {
  const { median, most } = historyEvents;
  return alignColumns([
    [
      'slides',
      `${slides} (${Object.entries(outcomes)
        .map(([name, count]) => `${count} ${name}`)
        .join(', ')}), ${cells} cells`,
    ],
    ['time', `${seconds.toFixed(0)} s, ${slidesAnHour.toFixed(0)} slides an hour`],
    [
      'two cores carry',
      `${Math.round(slidesADay)} slides a day, aim ${AIM_SLIDES_A_DAY}: ${verdict(slidesADay >= AIM_SLIDES_A_DAY)}`,
    ],
    ['history events', `median ${median}, most ${most}, under ${MOST_EVENTS}: ${verdict(most < MOST_EVENTS)}`],
    [
      'left over',
      `${leftOver.batches} batches, ${leftOver.scores} scores, ${leftOver.scoresConsumers} consumers of scores`,
    ],
  ]).join('\n');
}

function shares({ cpuASlide, controlCpuASlide }: DayFigures): string {
  const row = (name: string, seconds: number): string[] => [
    name,
    `${(seconds * 1_000).toFixed(0)} ms`,
    `${((seconds / controlCpuASlide) * 100).toFixed(0)} %`,
  ];
  return alignColumns([
    ['CPU a slide', '', 'of control'],
    ...KINDS.map((kind) => row(kind, cpuASlide[kind])),
    row('control plane', controlCpuASlide),
  ]).join('\n');
}

const stages = (figures: DayFigures): string =>
  alignColumns([
    ['seconds', 'p50', 'p95'],
    ...Object.entries(figures.stages).map(([name, { p50, p95 }]) => [name, p50.toFixed(2), p95.toFixed(2)]),
  ]).join('\n');

const trends = (figures: DayFigures): string =>
  alignColumns([
    ['over time', 'first', 'last', 'growth', 'a slide', ''],
    ...Object.entries(figures.trends).map(([name, { first, last, growth, perSlide, flat }]) => [
      name,
      quantity(first),
      quantity(last),
      `${(growth * 100).toFixed(0)} %`,
      quantity(perSlide),
      flat ? 'flat' : 'grows',
    ]),
  ]).join('\n');

const quantity = (value: number): string =>
  Math.abs(value) < 1e4 ? value.toPrecision(3) : `${(value / 1e6).toFixed(value < 1e6 ? 3 : 0)}M`;
