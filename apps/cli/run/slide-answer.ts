import type { Report } from '../../../domain/report.ts';
import { EXIT_OF_OUTCOME, type ExitCode } from '../exit-code.ts';
import { formatSlides } from '../format-quantity.ts';
import { errorLines, exitCodeOf, spokenFacts } from '../render-error.ts';
import { digestReport, summariseReport } from './summarise-report.ts';

/** What came of one slide. */
export type SlideAnswer = (
  | { readonly kind: 'report'; readonly report: Report; readonly folder: string }
  | { readonly kind: 'error'; readonly slide: string; readonly error: unknown }
) & {
  /** An answer before it is of the same slide. */
  readonly repeated?: boolean;
};

/** Answers in the order in which the slides were asked for. */
export interface AnsweredSlides {
  readonly answers: readonly SlideAnswer[];
  /** Several slides are a cohort. */
  readonly cohort?: string;
}

export const exitCodeOfAnswer = (answer: SlideAnswer): ExitCode =>
  answer.kind === 'report' ? EXIT_OF_OUTCOME[answer.report.outcome] : exitCodeOf(answer.error);

const indented = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`);

type Failed = Extract<SlideAnswer, { kind: 'error' }>;

const failureLines = ({ slide, error }: Failed): string[] => [
  `${slide}: no result`,
  ...indented(errorLines(spokenFacts(error))),
];

const isFirst = ({ repeated }: SlideAnswer): boolean => repeated !== true;

const EXIT_WORDS: Record<ExitCode, string> = {
  0: 'done',
  2: 'refused',
  3: 'failed',
  4: 'to be reviewed',
  130: 'interrupted',
};

const wordOf = (answer: SlideAnswer): string =>
  answer.kind === 'error' && spokenFacts(answer.error).code === 'run-cancelled'
    ? 'cancelled or not run'
    : EXIT_WORDS[exitCodeOfAnswer(answer)];

function countLine(answers: readonly SlideAnswer[]): string {
  const counts = new Map<string, number>();
  const once = answers.filter(isFirst);
  for (const answer of once) {
    const word = wordOf(answer);
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const parts = [...counts].map(([word, count]) => `${count} ${word}`);
  return `${formatSlides(once.length, answers.length)}: ${parts.join(', ')}`;
}

/** What was found: one slide in full; of several a short account each and a count at the end. */
export function linesOfAnswers(answers: readonly SlideAnswer[]): string[] {
  const reports = answers.filter(isFirst).filter((answer) => answer.kind === 'report');
  if (answers.length === 1) return reports.flatMap(({ report, folder }) => summariseReport(report, folder));
  return [...reports.flatMap(({ report, folder }) => digestReport(report, folder)), countLine(answers)];
}

/** What went wrong, of several slides with the name of each. */
export function errorsOfAnswers(answers: readonly SlideAnswer[]): string[] {
  const failed = answers.filter(isFirst).filter((answer) => answer.kind === 'error');
  return answers.length === 1
    ? failed.flatMap(({ error }) => errorLines(spokenFacts(error)))
    : failed.flatMap(failureLines);
}

const jsonOfOne = (answer: SlideAnswer): object =>
  answer.kind === 'report' ? answer.report : { slide: answer.slide, error: spokenFacts(answer.error) };

/** The report of one slide, or `{ runs: [...] }` of several, with the id of their cohort, a line of a list each; a slide alone that failed is `{ error }`. */
export function jsonOfAnswers(answers: readonly SlideAnswer[], isAlone: boolean, cohort?: string): object {
  const [only] = answers;
  if (!isAlone || only === undefined)
    return { ...(cohort === undefined ? {} : { cohort }), runs: answers.map(jsonOfOne) };
  return only.kind === 'report' ? only.report : { error: spokenFacts(only.error) };
}
