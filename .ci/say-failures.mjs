/** Names the steps and tests that failed, with what each test said: `node say-failures.mjs RESULTS.json STEP…`. */
import { readFileSync } from 'node:fs';

const SHOWN_CHARACTERS = 1500;
const [results, ...steps] = process.argv.slice(2);
const say = (what, why = '') => process.stdout.write(`== FAILED: ${what}\n${why.slice(0, SHOWN_CHARACTERS)}\n`);

for (const step of steps) say(step);
const { testResults } = JSON.parse(readFileSync(results, 'utf8'));
for (const { name, status, message, assertionResults } of testResults) {
  const failed = assertionResults.filter((test) => test.status === 'failed');
  if (status === 'failed' && failed.length === 0) say(name, message);
  for (const { fullName, failureMessages } of failed) say(`${name}: ${fullName}`, failureMessages.join('\n'));
}
