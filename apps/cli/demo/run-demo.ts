import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { truthDice } from '../../../domain/dice.ts';
import { RESULT_FILES } from '../../../domain/keys.ts';
import type { Report } from '../../../domain/report.ts';
import { DEFAULT_OPTIONS } from '../../../domain/run-spec.ts';
import { demoBundleDir } from '../../../models/shipped-bundles.ts';
import type { CliContext } from '../cli-context.ts';
import type { CommandAnswer } from '../command-answer.ts';
import type { DemoFlags } from '../commands/demo-command.ts';
import { EXIT_OF_OUTCOME } from '../exit-code.ts';
import { formatDuration } from '../format-quantity.ts';
import { ProgressBoard } from '../progress/progress-board.ts';
import { checkRequest } from '../run/check-request.ts';
import type { PrepareRequest } from '../run/prepare-run.ts';
import { answerSlides } from '../run/run-slides.ts';
import { summariseReport } from '../run/summarise-report.ts';
import { paintDemoSlide, type DemoSlide } from './demo-slide.ts';
import { readMask, writeMaskPicture } from './mask-picture.ts';

/** `h2g demo`: the whole way of a slide whose tumour is known. */
export async function runDemo(flags: DemoFlags, context: CliContext): Promise<CommandAnswer> {
  const started = performance.now();
  const out = resolve(context.folder, flags.out);
  const asked = { ...flags, bundle: flags.bundle ?? demoBundleDir(), out };
  const bundle = await checkRequest(asked, context);
  const slide = await paint(out, flags.seed, context);
  const request = { slides: [slide.path], options: DEFAULT_OPTIONS, parallel: 1, ...asked };
  const { report, folder } = await segment(slide, { bundle, request }, context);
  const dice = await compare(slide, folder);
  const seconds = (performance.now() - started) / 1000;
  return {
    exitCode: EXIT_OF_OUTCOME[report.outcome],
    lines: [...summariseReport(report, folder), ...demoLines(dice, slide, seconds)],
    json: { ...report, demo: { dice, slide: slide.path, folder, seconds } },
  };
}

async function paint(folder: string, seed: number, { output, signal }: CliContext): Promise<DemoSlide> {
  const board = new ProgressBoard(output);
  const show = (share: number): void =>
    board.show('slide', 'demo slide', { kind: 'preparing', doing: 'painting', detail: `${Math.round(share * 100)} %` });
  try {
    return await paintDemoSlide({ folder, seed, signal, onProgress: show });
  } finally {
    board.clear();
  }
}

async function segment(
  { path }: DemoSlide,
  prepared: PrepareRequest,
  context: CliContext,
): Promise<{ report: Report; folder: string }> {
  const slides = [{ asked: path, url: pathToFileURL(path) }];
  const { answers } = await answerSlides({ slides, prefixes: [] }, prepared, context);
  const [answer] = answers;
  if (answer === undefined) throw new Error('one slide was asked for and none was answered');
  if (answer.kind === 'error') throw answer.error;
  return answer;
}

async function compare({ truth }: DemoSlide, folder: string): Promise<number> {
  await writeMaskPicture(join(folder, 'truth.png'), truth);
  return truthDice(await readMask(join(folder, RESULT_FILES.mask)), truth);
}

const demoLines = (dice: number, { path }: DemoSlide, seconds: number): string[] => [
  '',
  `DSC against the truth: ${dice.toFixed(3)}   (1 is perfect; the slide is ${path}, the truth truth.png)`,
  `Everything took ${formatDuration(seconds)}.`,
];
