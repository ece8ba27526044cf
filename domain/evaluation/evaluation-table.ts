import type { Method, SlideScores } from './evaluation.ts';

type Cell = string | number | undefined;

const UM2_PER_MM2 = 1e6;

/** `evaluation.csv`: a row for each slide and method, header first. @param groupColumn what the list calls the column that slides are grouped by */
export function evaluationTable(
  scores: readonly SlideScores[],
  { methods, groupColumn }: { methods: readonly Method[]; groupColumn: string | undefined },
): (readonly Cell[])[] {
  const bundles = new Map(methods.map(({ name, bundle }) => [name, bundle]));
  const columns: (readonly [name: string, cell: (score: SlideScores) => Cell])[] = [
    ['slide', ({ slide }) => slide],
    ...(groupColumn === undefined ? [] : [[groupColumn, ({ group }: SlideScores) => group] as const]),
    ['method', ({ method }) => method],
    ['bundle', ({ method }) => bundles.get(method)?.id],
    ['bundleVersion', ({ method }) => bundles.get(method)?.version],
    ['recall', ({ recall }) => recall],
    ['precision', ({ precision }) => precision],
    ['dsc', ({ dsc }) => dsc],
    ['iou', ({ iou }) => iou],
    ['hd95Um', ({ hd95Um }) => hd95Um],
    ['hd95PooledUm', ({ hd95PooledUm }) => hd95PooledUm],
    ['annotatedMm2', ({ overlap }) => overlap.annotated / UM2_PER_MM2],
    ['predictedMm2', ({ overlap }) => overlap.predicted / UM2_PER_MM2],
    ['bothMm2', ({ overlap }) => overlap.both / UM2_PER_MM2],
  ];
  return [columns.map(([name]) => name), ...scores.map((score) => columns.map(([, cell]) => cell(score)))];
}
