import { KINDS, type Kind } from './day-stack.ts';
import type { DaySlideResult } from './feed-slides.ts';
import { quantile } from './quantile.ts';
import type { DaySample } from './sample-day.ts';
import { trendOf, type Trend } from './trend.ts';

/** What the day is judged by; seconds and bytes. */
export interface DayFigures {
  readonly slides: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly cells: number;
  readonly seconds: number;
  readonly slidesAnHour: number;
  /** CPU seconds a slide, by kind of process. */
  readonly cpuASlide: Readonly<Record<Kind, number>>;
  /** Of servers and orchestrators together. */
  readonly controlCpuASlide: number;
  /** What `cores` could carry at that, with nothing else to do. */
  readonly slidesADay: number;
  readonly historyEvents: { readonly median: number; readonly most: number };
  readonly stages: Readonly<Record<string, { readonly p50: number; readonly p95: number }>>;
  readonly trends: Readonly<Record<string, Trend>>;
  /** When all slides were done: what should be nothing. */
  readonly leftOver: { readonly batches: number; readonly scores: number; readonly scoresConsumers: number };
}

export interface DayMeasurements {
  readonly cores: number;
  readonly samples: readonly DaySample[];
  readonly results: readonly DaySlideResult[];
  readonly histories: readonly number[];
}

const SECONDS_A_DAY = 86_400;

export function figuresOf({ cores, samples, results, histories }: DayMeasurements): DayFigures {
  const [first, last] = [samples.at(0), samples.at(-1)];
  if (first === undefined || last === undefined) throw new Error('the day was not sampled');
  const seconds = last.atSeconds - first.atSeconds;
  const cpuOf = (kind: Kind): number => ((last.cpu[kind] ?? 0) - (first.cpu[kind] ?? 0)) / results.length;
  const cpuASlide = Object.fromEntries(KINDS.map((kind) => [kind, cpuOf(kind)])) as Record<Kind, number>;
  const controlCpuASlide = KINDS.reduce((sum, kind) => sum + (kind === 'null detectors' ? 0 : cpuASlide[kind]), 0);
  return {
    slides: results.length,
    outcomes: countBy(results.map(({ outcome }) => outcome)),
    cells: results.reduce((sum, { cells }) => sum + cells, 0),
    seconds,
    slidesAnHour: (results.length / seconds) * 3_600,
    cpuASlide,
    controlCpuASlide,
    slidesADay: (SECONDS_A_DAY * cores) / controlCpuASlide,
    historyEvents: { median: quantile(histories, 0.5), most: Math.max(...histories) },
    stages: stagesOf(results),
    trends: trendsOf(samples),
    leftOver: { batches: last.waitingBatches, scores: last.storedScores, scoresConsumers: last.scoresConsumers },
  };
}

function countBy(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

const STAGES = ['whole', 'plan', 'detect', 'refine', 'deliver'] as const;

const stagesOf = (results: readonly DaySlideResult[]): DayFigures['stages'] =>
  Object.fromEntries(
    STAGES.map((stage) => {
      const values = results.map(({ seconds }) => seconds[stage]);
      return [stage, { p50: quantile(values, 0.5), p95: quantile(values, 0.95) }];
    }),
  );

/** What is looked at over time; undefined where a sample has not looked. */
const WATCHED: Readonly<Record<string, (sample: DaySample) => number | undefined>> = {
  'queue, batches': ({ waitingBatches }) => waitingBatches,
  'stored scores': ({ storedScores }) => storedScores,
  'consumers of scores': ({ scoresConsumers }) => scoresConsumers,
  ...Object.fromEntries(KINDS.map((kind) => [`memory, ${kind}`, ({ memory }: DaySample) => memory[kind]])),
  'disk, nats': ({ disk }) => disk['nats'],
  'disk, temporal': ({ disk }) => disk['temporal'],
  'disk, minio': ({ disk }) => disk['minio'],
};

/** Without the last sample, when all has ended. */
function trendsOf(samples: readonly DaySample[]): Record<string, Trend> {
  const trends: Record<string, Trend> = {};
  for (const [name, look] of Object.entries(WATCHED)) {
    const trend = trendOf(
      samples.slice(0, -1).flatMap((sample) => {
        const value = look(sample);
        return value === undefined ? [] : [{ slides: sample.slidesDone, value }];
      }),
    );
    if (trend !== undefined) trends[name] = trend;
  }
  return trends;
}
