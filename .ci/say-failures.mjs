/** Names the steps and tests that failed, with what each test said: `node say-failures.mjs RESULTS.json STEP…`. */
import { readFileSync } from 'node:fs';

const SHOWN_CHARACTERS = 1500;
const [results, ...steps] = process.argv.slice(2);
for (const step of steps) console.log(`== FAILED: ${step}`);

const { testResults } = JSON.parse(readFileSync(results, 'utf8'));
for (const { name, status, message, assertionResults } of testResults) {
  const failed = assertionResults.filter((test) => test.status === 'failed');
  if (status === 'failed' && failed.length === 0)
    console.log(`== FAILED: ${name}\n${message.slice(0, SHOWN_CHARACTERS)}`);
  for (const { fullName, failureMessages } of failed)
    console.log(`== FAILED: ${name}: ${fullName}\n${failureMessages.join('\n').slice(0, SHOWN_CHARACTERS)}`);
}
