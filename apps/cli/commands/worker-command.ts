import { Argument, type Command } from 'commander';
import type { CommandHost } from '../cli-context.ts';
import { examplesText } from '../command-examples.ts';
import { WORKER_ROLES, type WorkerRole } from '../worker-role.ts';

export function addWorkerCommand(program: Command, { context, answer }: CommandHost): void {
  program
    .command('worker')
    .summary('one process of the production kind')
    .description('Run one worker process, configured from the environment, until SIGINT or SIGTERM.')
    .addArgument(new Argument('<role>', 'which kind').choices(WORKER_ROLES))
    .addHelpText('after', examplesText('worker'))
    .action(async (role: WorkerRole) => {
      const { runWorker } = await import('../run-worker.ts');
      answer(await runWorker(role, context));
    });
}
