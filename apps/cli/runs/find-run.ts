import { H2gError } from '../../../domain/error.ts';
import type { RunClient, RunProgress } from '../../../platform/run-client.ts';

/** Runs are looked up among so many of the newest. */
const SEARCHED = 1_000;
const RUN_ID = /^[0-9a-f]{20}$/;

/** @throws H2gError `run-missing`, or `usage` where several runs begin so */
export async function findRun(runs: Pick<RunClient, 'progress' | 'list'>, text: string): Promise<RunProgress> {
  const prefix = text.replace(/^run\//, '').toLowerCase();
  if (RUN_ID.test(prefix)) return runs.progress(prefix);
  const matches = (await runs.list(SEARCHED)).filter(({ runId }) => runId.startsWith(prefix));
  const [first, ...others] = [...new Map(matches.map((run) => [run.runId, run])).values()];
  if (prefix === '' || first === undefined) throw missing(text);
  if (others.length > 0) throw ambiguous(text, [first, ...others]);
  return runs.progress(first.runId);
}

const missing = (text: string): H2gError =>
  new H2gError({
    code: 'run-missing',
    message: `There is no run whose id begins with "${text}".`,
    hint: 'h2g status lists the recent runs and their ids.',
  });

const ambiguous = (text: string, runs: readonly RunProgress[]): H2gError =>
  new H2gError({
    code: 'usage',
    message: `${runs.length} runs begin with "${text}": ${runs
      .slice(0, 4)
      .map(({ runId, slideName }) => `${runId} (${slideName})`)
      .join(', ')}${runs.length > 4 ? ', …' : ''}.`,
    hint: 'Give more characters of the id.',
  });
