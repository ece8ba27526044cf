import { writeFile } from 'node:fs/promises';
import { buildProgram } from './build-program.ts';
import { commandDocs } from './command-docs.ts';
import { createOutput } from './output.ts';

const output = createOutput({ stdout: process.stdout, stderr: process.stderr });
const context = { env: {}, args: [], folder: '.', output, signal: new AbortController().signal };
const docs = commandDocs(buildProgram({ context, answer: () => undefined }));
await writeFile(new URL('../../docs/commands.md', import.meta.url), docs);
