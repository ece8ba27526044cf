import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../../platform/package-root.ts';
import { alertRules, dashboard, dashboardQueries, hasten, ruleTests, rulesText } from '../../fixtures/monitoring.ts';

const read = (path: string): string => readFileSync(join(packageRoot(), path), 'utf8');
const RUNBOOK = /^docs\/operate\.md#(\w+)$/;

describe('alert rules', () => {
  const rules = alertRules();

  it.each(rules)(
    '$alert says how bad it is, what it is, and where its runbook is',
    ({ alert, labels, annotations }) => {
      expect(['critical', 'warning']).toContain(labels.severity);
      expect(annotations.summary).not.toBe('');
      expect(annotations.description).not.toBe('');
      expect(RUNBOOK.exec(annotations.runbook_url)?.[1]).toBe(alert.toLowerCase());
      // What it means, what to look at, what to do.
      const [, section = ''] = read('docs/operate.md').split(`\n### ${alert}\n`);
      expect(section.split('\n#')[0]?.length, `section ${alert} of docs/operate.md`).toBeGreaterThan(100);
    },
  );

  it.each(rules)('$alert has a test in which it fires, and one in which it does not', ({ alert }) => {
    const cases = ruleTests()
      .flatMap((test) => test.alert_rule_test)
      .filter(({ alertname }) => alertname === alert);
    const fires = cases.filter(({ exp_alerts = [] }) => exp_alerts.length > 0).length;
    expect(fires).toBeGreaterThan(0);
    expect(cases.length - fires).toBeGreaterThan(0);
  });

  it('docs/operate.md describes no alert that is not there', () => {
    const described = [...read('docs/operate.md').matchAll(/^### (H2g\w+)$/gm)].map(([, name = '']) => name);
    expect(described.toSorted()).toEqual(rules.map(({ alert }) => alert).toSorted());
  });

  it('a test can take a minute for a second', () => {
    const fast = hasten(rulesText());
    expect(fast).toContain('avg_over_time(up[10s]) < 0.5');
    expect(fast).toContain('[1m]))');
    expect(fast).toMatch(/lane="stat"}\) > 5$/m);
    expect(fast).toMatch(/lane="routine"}\) > 4$/m);
    expect([...fast.matchAll(/^ +for: \d+(\w+)$/gm)].map(([, unit]) => unit)).toEqual(Array(9).fill('s'));
  });
});

describe('the dashboard', () => {
  const { panels, schemaVersion, templating } = dashboard();

  it('asks a data source that is chosen, in panels that do not overlap', () => {
    expect(schemaVersion).toBeGreaterThanOrEqual(36);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const targets = panels.flatMap((panel) => panel.targets ?? []);
    expect(targets.map(({ datasource }) => datasource.uid).filter((uid) => uid !== '${datasource}')).toEqual([]);
    const places = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, i) => `${x + (i % w)} ${y + Math.floor(i / w)}`),
    );
    expect(new Set(places).size).toBe(places.length);
    expect(panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
  });

  it('uses the variables that it has, and no others', () => {
    const names = templating.list.map(({ name }) => name);
    expect(names).toEqual(['datasource', 'namespace', 'model', 'lane']);
    const used = dashboardQueries().flatMap((query) => [...query.matchAll(/\$(\w+)/g)].map(([, name = '']) => name));
    expect(new Set(used)).toEqual(new Set(['namespace', 'model', 'lane', '__rate_interval']));
  });
});
