import type { Comparison } from './compare-masks.ts';
import { sampleOf, type Sample } from './sample-statistics.ts';
import { tukeyHsd, type PairDifference } from './tukey-hsd.ts';

/** What made the masks that are evaluated. */
export interface Method {
  readonly name: string;
  readonly kind: 'results' | 'otsu' | 'heatmap';
  /** Of results: whose they are. */
  readonly bundle?: { readonly id: string; readonly version: string; readonly digest: string };
}

/** One method on one slide. */
export interface SlideScores extends Comparison {
  /** As the list has it. */
  readonly slide: string;
  readonly method: string;
  /** Its value in the column that slides are grouped by; undefined where the list has none. */
  readonly group: string | undefined;
}

/** A method over slides: each measure over those slides that have it. */
export interface Summary {
  readonly method: string;
  readonly group?: string;
  readonly slides: number;
  readonly recall: Sample;
  readonly precision: Sample;
  readonly dsc: Sample;
  readonly iou: Sample;
  readonly hd95Um: Sample;
  readonly hd95PooledUm: Sample;
  /** Slides on which something is undefined. */
  readonly empty: { readonly both: number; readonly annotationOnly: number; readonly predictionOnly: number };
}

export interface EvaluationFigures {
  readonly methods: readonly Summary[];
  /** By group, then by method; none where slides are not grouped. */
  readonly groups: readonly Summary[];
  /** Of DSC, between all pairs of methods. */
  readonly tukey: readonly PairDifference[];
}

/** Means over slides, overall and by group, and which methods differ. Groups come in the order of their names, numbers as numbers. */
export function summariseScores(scores: readonly SlideScores[], methods: readonly Method[]): EvaluationFigures {
  const groups = [...new Set(scores.flatMap(({ group }) => (group === undefined ? [] : [group])))].toSorted(inOrder);
  const of = (name: string, among = scores): SlideScores[] => among.filter(({ method }) => method === name);
  return {
    methods: methods.map(({ name }) => summarise(name, of(name))),
    groups: groups.flatMap((group) => {
      const inGroup = scores.filter((score) => score.group === group);
      return methods.map(({ name }) => ({ ...summarise(name, of(name, inGroup)), group }));
    }),
    tukey: tukeyHsd(methods.map(({ name }) => ({ name, values: of(name).map(({ dsc }) => dsc) }))),
  };
}

const inOrder = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });

function summarise(method: string, scores: readonly SlideScores[]): Summary {
  const count = (is: (score: SlideScores) => boolean): number => scores.filter(is).length;
  return {
    method,
    slides: scores.length,
    recall: sampleOf(scores.map(({ recall }) => recall)),
    precision: sampleOf(scores.map(({ precision }) => precision)),
    dsc: sampleOf(scores.map(({ dsc }) => dsc)),
    iou: sampleOf(scores.map(({ iou }) => iou)),
    hd95Um: sampleOf(scores.map(({ hd95Um }) => hd95Um)),
    hd95PooledUm: sampleOf(scores.map(({ hd95PooledUm }) => hd95PooledUm)),
    empty: {
      both: count(({ overlap }) => overlap.annotated === 0 && overlap.predicted === 0),
      annotationOnly: count(({ overlap }) => overlap.annotated === 0 && overlap.predicted > 0),
      predictionOnly: count(({ overlap }) => overlap.annotated > 0 && overlap.predicted === 0),
    },
  };
}
