#!/usr/bin/env node
import './silence-libraries.ts';
import { createOutput } from './output.ts';
import { runCli } from './run-cli.ts';
import { stopOnSignals } from './stop-on-signals.ts';

const output = createOutput({ stdout: process.stdout, stderr: process.stderr });
const exitCode = await runCli({
  env: process.env,
  args: process.argv.slice(2),
  folder: process.cwd(),
  output,
  signal: stopOnSignals(output),
});
// Not by falling off the end: a client's idle connection must not keep a finished command alive.
process.stdout.write('', () => process.exit(exitCode));
