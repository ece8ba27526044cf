import type { CliContext } from '../cli-context.ts';
import { Interrupted, commandToGoOn } from '../interrupted.ts';
import { programName } from '../program-name.ts';
import { ProgressBoard } from '../progress/progress-board.ts';
import { nameOf, withOwnScale, type Candidate } from './candidate.ts';
import type { Prepared } from './prepare-run.ts';
import { segmentSlide } from './segment-slide.ts';
import type { SlideAnswer } from './slide-answer.ts';

/** One slide, followed to its end; its failure is its answer. @throws Interrupted on Ctrl-C */
export async function segmentAlone(
  candidate: Candidate,
  { settings, see }: Prepared,
  context: CliContext,
): Promise<SlideAnswer> {
  const board = new ProgressBoard(context.output);
  const name = nameOf(candidate);
  try {
    const info = await see(candidate);
    const own =
      'url' in candidate.slide ? withOwnLane(withOwnScale(settings, candidate.slide), candidate.slide) : settings;
    return {
      kind: 'report',
      ...(await segmentSlide(info, (progress) => board.show('slide', name, progress), own)),
    };
  } catch (error) {
    if (settings.signal.aborted) throw interrupted(context);
    return { kind: 'error', slide: name, error };
  } finally {
    board.clear();
  }
}

const withOwnLane = (
  settings: Prepared['settings'],
  { lane }: { lane?: Prepared['settings']['lane'] },
): Prepared['settings'] => (lane === undefined ? settings : { ...settings, lane });

const interrupted = ({ env, args }: CliContext): Interrupted =>
  new Interrupted(
    'Interrupted; nothing is lost, and batches that are done are not done twice.',
    `To go on: ${commandToGoOn(programName(env), args)}`,
  );
