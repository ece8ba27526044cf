import { H2gError } from '../../../domain/error.ts';
import { settledCount } from '../../../domain/segment-cohort.ts';
import { watchIdOf } from '../../../platform/digest.ts';
import type { Backend } from '../backend.ts';
import type { CliContext } from '../cli-context.ts';
import type { CommandAnswer } from '../command-answer.ts';
import { formatCount } from '../format-quantity.ts';
import { Interrupted, commandToGoOn } from '../interrupted.ts';
import { withBackend } from '../open-backend.ts';
import { programName } from '../program-name.ts';
import { noteKeptFlags } from '../run/given-flags.ts';
import { isPrefix, isUrl, parseUrl } from '../run/parse-url.ts';
import { needsStore, pickLocalBundle } from '../run/pick-bundle.ts';
import { prepareRun } from '../run/prepare-run.ts';
import type { RunRequest } from '../run/run-request.ts';
import { CohortBoard } from './cohort-board.ts';
import { watchAnswer } from './cohort-answer.ts';
import { isUnderWay } from './find-cohort.ts';
import { followCohort } from './follow-cohort.ts';
import { startOf, storeRecord } from './store-cohort.ts';

export interface WatchRequest extends RunRequest {
  readonly everySeconds: number;
}

/** `h2g run s3://bucket/prefix/ --watch`: starts or attaches to the watch, and shows what it does until Ctrl-C; the watch itself goes on. */
export async function runWatch(request: WatchRequest, context: CliContext): Promise<CommandAnswer> {
  const { signal, folder, output } = context;
  const prefix = watchedPrefix(request);
  const bundle = needsStore(request.bundle) ? undefined : await pickLocalBundle(request.bundle, folder);
  return withBackend(context, async (backend) => {
    const { settings } = await prepareRun({ bundle, request }, { backend, context });
    // A prefix that cannot be listed is told of here, rather than by a watch that has failed.
    const there = await backend.listSlides(prefix);
    const cohortId = watchIdOf(prefix, settings);
    await backend.ensureDetector(settings.bundle.url);
    if (await isUnderWay(cohortId, backend)) {
      settings.note(`${prefix.href} is watched already (cohort ${cohortId}), following it`);
      noteKeptFlags(request, settings);
    } else {
      await startWatch({ cohortId, prefix, request }, settings);
      settings.note(`Watching ${prefix.href} (cohort ${cohortId}): ${formatCount(there.length, 'slide')} there now`);
    }
    settings.note(lifetime(backend, cohortId));
    const board = new CohortBoard(output);
    let settled = 0;
    try {
      const note = settings.note;
      const ended = await followCohort(backend, {
        cohortId,
        board,
        signal,
        note,
        onProgress: ({ counts }) => (settled = settledCount(counts)),
      });
      return watchAnswer(ended);
    } catch (error) {
      throw signal.aborted ? interrupted({ settled, cohortId, backend }, context) : error;
    } finally {
      board.clear();
    }
  });
}

function watchedPrefix({ slides }: WatchRequest): URL {
  const [only = '', ...others] = slides;
  const url = isUrl(only) ? parseUrl(only) : undefined;
  if (url !== undefined && others.length === 0 && isPrefix(url)) return url;
  throw new H2gError({
    code: 'usage',
    message: `--watch needs one prefix of the store, not ${slides.join(' ')}.`,
    hint: 'Write it as s3://bucket/folder/, with a slash at its end.',
  });
}

interface Watch {
  readonly cohortId: string;
  readonly prefix: URL;
  readonly request: WatchRequest;
}

async function startWatch(
  { cohortId, prefix, request: { parallel, everySeconds } }: Watch,
  { backend, bundle, options, lane, submitter }: Awaited<ReturnType<typeof prepareRun>>['settings'],
): Promise<void> {
  const record = await storeRecord(backend.store, {
    schema: 'h2g-cohort/1',
    cohortId,
    label: prefix.href,
    bundle,
    options,
    lane: lane ?? 'routine',
    ...(submitter === undefined ? {} : { submitter }),
    parallel,
    source: { kind: 'watch', prefix: prefix.href, everyMs: everySeconds * 1000 },
  });
  await backend.cohorts.start(startOf(record));
}

/** How long a watch lives is where people are surprised. */
const lifetime = ({ kind }: Backend, cohortId: string): string =>
  kind === 'local'
    ? `The watch lives as long as this machine's servers: after h2g up until h2g down, else until this command ends. h2g cohort cancel ${cohortId} ends it for good.`
    : `The watch goes on after this command; h2g cohort cancel ${cohortId} ends it.`;

const interrupted = (
  { settled, cohortId, backend }: { settled: number; cohortId: string; backend: Backend },
  { env, args }: CliContext,
): Interrupted =>
  new Interrupted(
    `${formatCount(settled, 'slide')} settled. ${lifetime(backend, cohortId)} h2g cohort status ${cohortId} shows it.`,
    `To follow it again: ${commandToGoOn(programName(env), args)}`,
  );
