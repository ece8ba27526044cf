import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { alertRules, RULE_TESTS_FILE, RULES_FILE } from '../../fixtures/monitoring.ts';
import { PROMTOOL } from '../../fixtures/prometheus.ts';

const execute = promisify(execFile);
const promtool = async (...args: string[]): Promise<string> => (await execute(PROMTOOL ?? '', args)).stdout;

describe.skipIf(PROMTOOL === undefined)('alert rules (skipped where there is no promtool)', () => {
  it('are rules', async () => {
    expect(await promtool('check', 'rules', RULES_FILE)).toContain(`SUCCESS: ${alertRules().length} rules found`);
  });

  it('fire when they should, and not on a normal day', async () => {
    expect(await promtool('test', 'rules', RULE_TESTS_FILE)).toContain('SUCCESS');
  });
});
