import { join, resolve } from 'node:path';
import { formatCsv } from '../../../domain/csv.ts';
import { evaluationTable } from '../../../domain/evaluation/evaluation-table.ts';
import { summariseScores } from '../../../domain/evaluation/evaluation.ts';
import { EVALUATION_PLANE_MPP } from '../../../domain/evaluation/plane-mask.ts';
import { drawEvaluationPlot } from '../../../results/draw-evaluation-plot.ts';
import type { CliContext } from '../cli-context.ts';
import type { CommandAnswer } from '../command-answer.ts';
import type { EvaluateFlags } from '../commands/evaluate-command.ts';
import { EXIT_CODES } from '../exit-code.ts';
import { formatCount } from '../format-quantity.ts';
import { ProgressBoard } from '../progress/progress-board.ts';
import { requireWritable } from '../run/require-writable.ts';
import { describeFigures } from './describe-evaluation.ts';
import { findCases, type FoundCases } from './evaluation-case.ts';
import { evaluateSlides, type EvaluationRequest } from './evaluate-slides.ts';
import type { ResultsFolder } from './find-results.ts';
import { methodsOf } from './methods.ts';
import { parseResults } from './parse-results.ts';
import { readEvaluationList } from './read-evaluation-list.ts';
import { EVALUATION_FILES, writeEvaluation } from './write-evaluation.ts';

/** `h2g evaluate LIST`: predictions against annotations. Needs no servers. */
export async function runEvaluation(
  listPath: string,
  flags: EvaluateFlags,
  context: CliContext,
): Promise<CommandAnswer> {
  const out = resolve(context.folder, flags.out);
  await requireWritable(out);
  const folders = parseResults(flags.results, context.folder);
  const path = resolve(context.folder, listPath);
  const list = await readEvaluationList({ path, split: flags.split, group: flags.group });
  const found = await findCases(list, { folders, skipMissing: flags.skipMissing === true });
  const opened = methodsOf(folders, { baselines: flags.baseline, cases: found.cases });
  const scores = await compareAll({ cases: found.cases, methods: opened, className: flags.class }, context);
  const methods = opened.map(({ method }) => method);
  const figures = summariseScores(scores, methods);
  const { groupColumn, split } = list;
  const warnings = warningsOf(found, folders);
  const json = {
    schema: 'h2g-evaluation/1',
    list: path,
    split: split ?? null,
    groupedBy: groupColumn ?? null,
    tumourClass: flags.class,
    planeMpp: EVALUATION_PLANE_MPP,
    methods: methods.map((method) => ({
      ...method,
      ...figures.methods.find((summary) => summary.method === method.name),
    })),
    groups: figures.groups,
    tukeyHsdOfDsc: figures.tukey,
    slides: scores,
    missing: found.missing,
    warnings,
  };
  await writeEvaluation(out, {
    table: formatCsv(evaluationTable(scores, { methods, groupColumn })),
    plot: await drawEvaluationPlot({
      methods: methods.map(({ name }) => ({
        name,
        values: scores.filter(({ method }) => method === name).map(({ dsc }) => dsc),
      })),
      title: 'Dice similarity coefficient (DSC) by slide',
      subtitle: `${formatCount(found.cases.length, 'slide')}${split === undefined ? '' : ` of split ${split}`}, at ${EVALUATION_PLANE_MPP} um/px`,
    }),
    figures: `${JSON.stringify(json, undefined, 2)}\n`,
  });
  return {
    exitCode: EXIT_CODES.done,
    lines: [
      ...describeFigures(figures, groupColumn),
      ...warnings.map((warning) => `warning: ${warning}`),
      '',
      ...Object.values(EVALUATION_FILES).map((file) => join(out, file)),
    ],
    json,
  };
}

async function compareAll(
  request: Omit<EvaluationRequest, 'signal' | 'onProgress'>,
  { output, signal }: CliContext,
): ReturnType<typeof evaluateSlides> {
  const board = new ProgressBoard(output);
  const onProgress = (done: number, next: string): void =>
    board.show('evaluation', `slide ${done + 1} of ${request.cases.length}`, {
      kind: 'preparing',
      doing: 'comparing',
      detail: next,
    });
  try {
    return await evaluateSlides({ ...request, signal, onProgress });
  } finally {
    board.clear();
  }
}

/** What a reader of the figures must know of. */
function warningsOf({ cases, missing }: FoundCases, folders: readonly ResultsFolder[]): string[] {
  const reviewed = folders.flatMap(({ name }) =>
    cases
      .filter(({ results }) => results.get(name)?.report.outcome === 'needs-review')
      .map(({ slide }) => `${slide.name} needs review by the report of ${name}: some of its tissue was not analysed.`),
  );
  const mixed = folders
    .filter(({ name }) => new Set(cases.map(({ results }) => results.get(name)?.report.bundle.digest)).size > 1)
    .map(({ name, path }) => `The results of ${name} (${path}) come from more than one bundle.`);
  const left = missing.map(({ reason }) => `Left out: ${reason}`);
  return [...left, ...mixed, ...reviewed];
}
