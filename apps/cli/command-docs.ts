import type { Command } from 'commander';

const WIDTH = 100;

/** Every command with its name as it is typed, the program itself first. */
function allCommands(command: Command, path: readonly string[] = []): { name: string; command: Command }[] {
  const name = [...path, command.name()];
  return [{ name: name.join(' '), command }, ...command.commands.flatMap((child) => allCommands(child, name))];
}

/** A command's help as a terminal of fixed width would show it, examples included. */
function helpText(command: Command): string {
  let text = '';
  command.configureHelp({ helpWidth: WIDTH });
  command.configureOutput({ writeOut: (part) => (text += part) });
  command.outputHelp();
  return text.trimEnd();
}

/** `docs/commands.md`: what `--help` says, for reading without the program. */
export function commandDocs(program: Command): string {
  const sections = allCommands(program).map(
    ({ name, command }) => `## ${name}\n\n\`\`\`text\n${helpText(command)}\n\`\`\`\n`,
  );
  return `# Commands\n\nMade from the definitions by \`npx tsx apps/cli/write-command-docs.ts\`; a test fails when it is stale.\n\n${sections.join('\n')}`;
}
