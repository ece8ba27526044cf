// A command that holds the stack until it is killed: `tsx hold-stack.ts <options as JSON>`.
import { openStack } from '../../../infra/local/open-stack.ts';

const options = JSON.parse(process.argv[2] ?? '') as { homeDir: string; cacheDir: string; workerCommand: string[] };
const stack = await openStack({ ...options, env: process.env, onProgress: () => {}, lingerMs: 200 });
process.stdout.write(`${JSON.stringify(stack.addresses)}\n`);
setInterval(() => {}, 60_000);
