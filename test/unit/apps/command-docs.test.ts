import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { buildProgram } from '../../../apps/cli/build-program.ts';
import { commandDocs } from '../../../apps/cli/command-docs.ts';
import { COMMAND_EXAMPLES } from '../../../apps/cli/command-examples.ts';
import { fakeOutput } from './fake-output.ts';

const program = () => {
  const context = { env: {}, args: [], folder: '.', output: fakeOutput(), signal: new AbortController().signal };
  return buildProgram({ context, answer: () => undefined });
};

it('docs/commands.md is what the definitions say; npx tsx apps/cli/write-command-docs.ts writes it', async () => {
  const written = await readFile(new URL('../../../docs/commands.md', import.meta.url), 'utf8');
  expect(written).toBe(commandDocs(program()));
});

it('every example is a command line that the definitions know', () => {
  const lines = Object.entries(COMMAND_EXAMPLES).flatMap(([name, examples]) =>
    examples.map(([line]) => ({ line, name })),
  );
  for (const { line, name } of lines) {
    expect(line).toMatch(new RegExp(`^h2g ${name}\\b`));
    const flags = line.match(/--[a-z-]+/g) ?? [];
    const command = name
      .split(' ')
      .reduce((parent, part) => parent.commands.find((child) => child.name() === part) ?? parent, program());
    expect(command.options.map(({ long }) => long)).toEqual(expect.arrayContaining(flags));
  }
});
