import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { H2gError } from '../../../domain/error.ts';
import { gradeOf } from '../../../slides/synthetic/histology/plan-histology.ts';
import { paintSlideWithTruth } from '../../../slides/synthetic/paint-synthetic-slide.ts';
import type { CliContext } from '../cli-context.ts';
import type { CommandAnswer } from '../command-answer.ts';
import type { DemoSlideFlags } from '../commands/demo-slide-command.ts';
import { EXIT_CODES } from '../exit-code.ts';
import { asFileError } from '../file-error.ts';
import { formatDuration } from '../format-quantity.ts';
import { ProgressBoard } from '../progress/progress-board.ts';
import { requireWritable } from '../run/require-writable.ts';
import { listSlide, type ListedSlide, readSlideList, SLIDE_LIST } from './slide-list.ts';

const MAX_SEED = 2 ** 31 - 1;

/** `h2g demo-slide`: paints one slide after another and lists each when it is whole, so that an interrupt costs the one under way. */
export async function paintDemoSlides(flags: DemoSlideFlags, context: CliContext): Promise<CommandAnswer> {
  const started = performance.now();
  const folder = resolve(context.folder, flags.out);
  checkSeeds(flags);
  await requireWritable(folder);
  const painted = await paintAll(folder, flags, context);
  const list = join(folder, SLIDE_LIST);
  const seconds = (performance.now() - started) / 1000;
  const what = painted.length === 1 ? `${painted[0]?.slide ?? ''}` : `${painted.length} slides`;
  return {
    exitCode: EXIT_CODES.done,
    lines: [`${what} painted in ${formatDuration(seconds)} and listed in ${list}.`],
    json: { folder, list, seconds, slides: painted },
  };
}

async function paintAll(folder: string, flags: DemoSlideFlags, { output, signal }: CliContext): Promise<ListedSlide[]> {
  const board = new ProgressBoard(output);
  const painted: ListedSlide[] = [];
  try {
    await mkdir(folder, { recursive: true });
    // A list that cannot be added to is found out before hours of painting.
    await readSlideList(folder);
    for (let index = 0; index < flags.count; index++) {
      const seed = flags.seed + index;
      const place = flags.count === 1 ? '' : `, slide ${index + 1} of ${flags.count}`;
      const onProgress = (share: number): void =>
        board.show('slide', `synthetic-${seed}`, {
          kind: 'preparing',
          doing: 'painting',
          detail: `${Math.round(share * 100)} %${place}`,
        });
      painted.push(await paintOne({ folder, seed, flags, signal, onProgress }));
    }
  } catch (error) {
    throw asFileError(error, folder);
  } finally {
    board.clear();
  }
  return painted;
}

interface PaintRequest {
  readonly folder: string;
  readonly seed: number;
  readonly flags: DemoSlideFlags;
  readonly signal: AbortSignal;
  readonly onProgress: (share: number) => void;
}

async function paintOne({ folder, seed, flags, signal, onProgress }: PaintRequest): Promise<ListedSlide> {
  const slide = `synthetic-${seed}.svs`;
  const annotation = `synthetic-${seed}-mask.tif`;
  await paintSlideWithTruth({
    path: join(folder, slide),
    truthPath: join(folder, annotation),
    widthPx: flags.width,
    heightPx: flags.height,
    mpp: flags.mpp,
    seed,
    specimen: 'histology',
    layout: { description: 'aperio' },
    signal,
    onProgress,
  });
  const listed = { slide, annotation, split: flags.split, grade: gradeOf(seed) };
  await listSlide(folder, listed, signal);
  return listed;
}

function checkSeeds({ seed, count }: DemoSlideFlags): void {
  if (seed + count - 1 <= MAX_SEED) return;
  throw new H2gError({
    code: 'usage',
    message: `${count} slides from seed ${seed} on need seeds over ${MAX_SEED}.`,
    hint: 'Give a lower --seed or --count.',
  });
}
