import type { Command } from 'commander';
import type { CommandHost } from '../cli-context.ts';
import { examplesText } from '../command-examples.ts';

export function addBundleCommand(program: Command, { context, answer }: CommandHost): void {
  const bundle = program
    .command('bundle')
    .description('Work with model bundles.')
    .summary('check a model bundle, or bring it to the store');
  bundle
    .command('check')
    .description(
      'Check a model bundle before any slide is touched: digests, names, shapes, and a run on a zero tensor.',
    )
    .argument('<dir>', 'the folder with bundle.json')
    .option('--json', 'the last line of stdout is the checks as JSON')
    .addHelpText('after', examplesText('bundle check'))
    .action(async (dir: string) => {
      const { checkBundleFolder } = await import('../bundle/check-bundle-folder.ts');
      answer(await checkBundleFolder(dir, context));
    });
  bundle
    .command('push')
    .description(
      'Check a model bundle and copy it to the configured store, under bundles/<id>/<version>-<digest>/, from where detectors take it.',
    )
    .argument('<dir>', 'the folder with bundle.json')
    .option('--json', 'the last line of stdout is its address and its name in the queue, as JSON')
    .addHelpText('after', examplesText('bundle push'))
    .action(async (dir: string) => {
      const { pushBundleFolder } = await import('../bundle/push-bundle-folder.ts');
      answer(await pushBundleFolder(dir, context));
    });
}
