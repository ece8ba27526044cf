import type { Command } from 'commander';
import type { CommandHost } from '../cli-context.ts';
import { examplesText } from '../command-examples.ts';
import { parseWhole } from '../parse-flag.ts';

const COHORT_ARGUMENT = "the first characters of a cohort's id";
const JSON_FLAG = 'the last line of stdout is the answer as JSON';
const LIMIT = parseWhole({ min: 1, max: 1000 });

export function addCohortCommand(program: Command, { context, answer }: CommandHost): void {
  const cohort = program
    .command('cohort')
    .summary('many slides at once: status, retry-failed, export.csv')
    .description('Cohorts: several slides of one h2g run, or a watched prefix.')
    .helpCommand(false);
  cohort
    .command('list')
    .description('Show the recent cohorts, newest first.')
    .option('--limit <n>', 'how many to list', LIMIT, 20)
    .option('--json', JSON_FLAG)
    .addHelpText('after', examplesText('cohort list'))
    .action(async ({ limit }: { limit: number }) => {
      const { showCohorts } = await import('../cohort/show-cohorts.ts');
      answer(await showCohorts(limit, context));
    });
  cohort
    .command('status')
    .description('Show how a cohort stands: what is settled, what is under way, what has no result and why.')
    .argument('<cohort>', COHORT_ARGUMENT)
    .option('--json', JSON_FLAG)
    .addHelpText('after', examplesText('cohort status'))
    .action(async (id: string) => {
      const { showCohort } = await import('../cohort/show-cohort.ts');
      answer(await showCohort(id, context));
    });
  cohort
    .command('retry-failed')
    .description(
      'Run the slides of a cohort again that failed, were cancelled or not run. The exit code is that of these slides, 0 where there are none; of a watch, which tries them at its next look, it is 0. Results stay in the store; the same h2g run fetches them.',
    )
    .argument('<cohort>', COHORT_ARGUMENT)
    .option('--json', JSON_FLAG)
    .addHelpText('after', examplesText('cohort retry-failed'))
    .action(async (id: string) => {
      const { retryFailed } = await import('../cohort/retry-failed.ts');
      answer(await retryFailed(id, context));
    });
  cohort
    .command('export')
    .alias('export.csv')
    .description(
      'Write a cohort as export.csv: a row for each line of its list, with the columns of that. Besides how slides end, outcome is running or unfinished while the cohort is under way, and not-run where it has ended without the slide.',
    )
    .argument('<cohort>', COHORT_ARGUMENT)
    .option('--out <file>', 'the file; its folder is made where there is none', './export.csv')
    .option('--json', JSON_FLAG)
    .addHelpText('after', examplesText('cohort export'))
    .action(async (id: string, { out }: { out: string }) => {
      const { exportCohort } = await import('../cohort/export-cohort.ts');
      answer(await exportCohort(id, out, context));
    });
  cohort
    .command('cancel')
    .description('End a cohort or a watch, and the runs that it has started. Finished slides keep their results.')
    .argument('<cohort>', COHORT_ARGUMENT)
    .option('--json', JSON_FLAG)
    .addHelpText('after', examplesText('cohort cancel'))
    .action(async (id: string) => {
      const { cancelCohort } = await import('../cohort/cancel-cohort.ts');
      answer(await cancelCohort(id, context));
    });
}
