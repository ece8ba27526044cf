import { type Command, Option } from 'commander';
import type { CommandHost } from '../cli-context.ts';
import { examplesText } from '../command-examples.ts';
import { parseMpp, parseWhole } from '../parse-flag.ts';

export const SPLITS = ['train', 'validation', 'test'] as const;

/** Flags of `h2g demo-slide` as commander gives them. */
export interface DemoSlideFlags {
  readonly out: string;
  readonly seed: number;
  readonly count: number;
  readonly width: number;
  readonly height: number;
  readonly mpp: number;
  readonly split: (typeof SPLITS)[number];
}

const MAX_SEED = 2 ** 31 - 1;
const SIDE_PX = { min: 64, max: 100_000 };

export function addDemoSlideCommand(program: Command, { context, answer }: CommandHost): void {
  program
    .command('demo-slide')
    .summary('paint synthetic slides whose tumour is known')
    .description(
      'Paint synthetic H&E slides, each with a mask of its tumour, and list them in slides.csv, as training and evaluation read it.',
    )
    .requiredOption('--out <dir>', 'slides, masks and slides.csv go here')
    .option('--seed <n>', 'the same seed paints the same slide', parseWhole({ min: 0, max: MAX_SEED }), 1)
    .option('--count <n>', 'so many slides, of this seed and those after it', parseWhole({ min: 1, max: 10_000 }), 1)
    .option('--width <px>', 'width of a slide', parseWhole(SIDE_PX), 10_000)
    .option('--height <px>', 'height of a slide', parseWhole(SIDE_PX), 8_000)
    .option('--mpp <um>', 'microns per pixel; the same seed and physical size show the same specimen', parseMpp, 0.5)
    .addOption(new Option('--split <name>', 'what the slides are listed for').choices(SPLITS).default('train'))
    .option('--json', 'the last line of stdout is the painted slides as JSON')
    .addHelpText('after', examplesText('demo-slide'))
    .action(async (flags: DemoSlideFlags) => {
      const { paintDemoSlides } = await import('../demo-slide/paint-demo-slides.ts');
      answer(await paintDemoSlides(flags, context));
    });
}
