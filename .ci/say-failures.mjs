/** Names the steps and tests that failed, with what each test said, and errors that no test awaited: `node say-failures.mjs FOLDER STEP…`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const SHOWN_CHARACTERS = 1500;
const [folder, ...steps] = process.argv.slice(2);
const say = (what, why = '') => process.stdout.write(`== FAILED: ${what}\n${why.slice(0, SHOWN_CHARACTERS)}\n`);

for (const step of steps) say(step);
const [, unhandled] = readFileSync(join(folder, 'tests.txt'), 'utf8').split('Unhandled Errors');
if (unhandled !== undefined) say('an error that no test awaited', unhandled);
const { testResults } = JSON.parse(readFileSync(join(folder, 'test-results.json'), 'utf8'));
for (const { name, status, message, assertionResults } of testResults) {
  const failed = assertionResults.filter((test) => test.status === 'failed');
  if (status === 'failed' && failed.length === 0) say(name, message);
  for (const { fullName, failureMessages } of failed) say(`${name}: ${fullName}`, failureMessages.join('\n'));
}
